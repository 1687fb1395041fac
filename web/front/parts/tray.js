// The signing tray by keyboard: J and K move, X ticks, Enter opens, S goes to the PIN.
const tray = document.querySelector("[data-tray]");
if (tray) {
  const boxes = [...tray.querySelectorAll('input[name="task"]')];
  const all = tray.querySelector("[data-tray-all]");
  tray.querySelector("[data-tray-keys]").hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  const move = (by) => {
    const at = boxes.indexOf(document.activeElement);
    boxes[Math.min(boxes.length - 1, Math.max(0, at + by))]?.focus();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => boxes.includes(document.activeElement) && document.activeElement.click(),
    s: () => tray.querySelector("#f-pin").focus(),
    Enter: () => document.activeElement.closest("tr")?.querySelector("[data-tray-open]").click(),
  };
  // What is ticked stays so when a document is opened beside the list.
  tray.addEventListener("click", ({ target }) => {
    const link = target.closest("[data-tray-open]");
    if (!link) return;
    const to = new URL(link.href);
    to.searchParams.delete("task");
    boxes.filter((box) => box.checked).forEach((box) => to.searchParams.append("task", box.value));
    link.href = to.href;
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, a, button, summary, input:not([type=checkbox])");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
}
