// The signing tray: J and K move, X ticks, Enter reads, S goes to the PIN; Shift with a press ticks all between.
// A document is read beside the list (htmx fetches it); then J and K turn to the next one.
const tray = document.querySelector("[data-tray]");
if (tray) {
  const boxes = [...tray.querySelectorAll(':is(input[name="task"], input[name="slip"]):enabled')];
  const rows = boxes.map((box) => box.closest("tr"));
  const all = tray.querySelector("[data-tray-all]");
  const count = tray.querySelector("[data-tray-count]");
  const told = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
    count.textContent = ticked ? count.dataset.words.replace("{n}", ticked).replace("{all}", boxes.length) : "";
  };
  let last = 0;
  const here = () => {
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    return at < 0 ? last : at;
  };
  const read = (at) => rows[at].querySelector("[data-tray-open]").click();
  const go = (by) => {
    const first = !rows.some((row) => row.contains(document.activeElement)) && !reading();
    if (!boxes.length) return;
    last = first ? 0 : Math.min(boxes.length - 1, Math.max(0, here() + by));
    boxes[last].focus({ preventScroll: true });
    rows[last].scrollIntoView({ block: "nearest" }); // clear of the bar that stays at the foot
    if (reading() && rows[last].querySelector("[hx-get]")) read(last); // a slip opens a tab of its own: on Enter
  };
  const reading = () => tray.classList.contains("mc-work");
  tray.querySelector("[data-tray-keys]").hidden = false;
  tray.addEventListener("change", ({ target }) => {
    if (target === all) boxes.forEach((box) => (box.checked = all.checked));
    told();
  });
  tray.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey) boxes.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((box) => (box.checked = event.target.checked));
    last = at;
    told();
  });
  tray.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id !== "opened") return;
    tray.classList.add("mc-work");
    const row = detail.requestConfig.elt.closest("tr");
    rows.forEach((one) => one.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    last = rows.indexOf(row);
    tray.querySelector("#opened").scrollIntoView({ block: "nearest" });
  });
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => boxes[here()].click(),
    s: () => tray.querySelector("#f-pin").focus(),
    Enter: () => read(here()),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, input:not([type=checkbox])");
    const pressed = event.key === "Enter" && !boxes.includes(event.target);
    if (typing || pressed || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  told();
}
