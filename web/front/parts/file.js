// A list saved as a file: says that it is being made, then how much of it has come. Without this script it is a link.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-file]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!link.hasAttribute("aria-disabled")) save(link);
});

async function save(link) {
  const bar = link.parentElement.querySelector("progress");
  const said = link.parentElement.querySelector("[role=status]");
  link.setAttribute("aria-disabled", "true");
  bar.removeAttribute("value"); // not known yet: the server is making it
  bar.hidden = false;
  said.textContent = link.dataset.making;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    bar.max = Number(answer.headers.get("Content-Length")) || 1;
    const parts = [];
    let come = 0;
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      bar.value = come += value.length;
    }
    keep(new Blob(parts, { type: answer.headers.get("Content-Type") }), named(answer));
    said.textContent = link.dataset.done;
  } catch {
    said.textContent = link.dataset.failed;
  }
  bar.hidden = true;
  link.removeAttribute("aria-disabled");
}

const named = (answer) => /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "";

function keep(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
