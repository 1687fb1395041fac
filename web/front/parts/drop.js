// Scans dropped on the page, whole folders too: they go into the box's file input and are sent with the form.
async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((found, failed) => reader.readEntries(found, failed));
    if (!some.length) return inside;
    for (const one of some) inside.push(...(await filesOf(one)));
  }
}

for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector("input[type=file]");
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("mc-over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("mc-over"));
  box.addEventListener("drop", async (event) => {
    event.preventDefault();
    box.classList.remove("mc-over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    const given = new DataTransfer();
    for (const file of input.files) given.items.add(file);
    for (const entry of entries) for (const file of await filesOf(entry)) given.items.add(file);
    input.files = given.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
