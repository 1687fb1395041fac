// The desk by keyboard: j, k move among rows, Enter opens, c claims, x ticks, / searches, f goes to the step's form,
// u up to the list, Control and Enter complete the step, ? tells all this; [data-key] names a key of its own on the page, Escape leaves the search.
// Nothing is caught while somebody types, with a modifier held, or when switched off on this machine.
const STORE = "mc-keys";
const help = () => document.getElementById("keys");
const on = () => localStorage.getItem(STORE) !== "off";
const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-line]")];
// The row in focus; where focus was lost (a dialog closed), the one that had it last.
let last = null;
const here = () => {
  const focused = rows().findIndex((row) => row.contains(document.activeElement));
  return focused < 0 && document.activeElement === document.body ? rows().indexOf(last) : focused;
};

function go(by) {
  const all = rows();
  if (!all.length) return;
  const next = here() < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here() + by, 0), all.length - 1);
  last = all[next];
  last.querySelector("[data-row]").focus();
}

const FORM = ["input:not([type=hidden])", "textarea", "select", "button:not([tabindex])"].map((what) => `#step-form ${what}:enabled`).join();

const acts = {
  j: () => go(1),
  k: () => go(-1),
  c: () => (rows()[here()] ?? document).querySelector("[data-claim]")?.click(),
  x: () => rows()[here()]?.querySelector("[name=tasks]")?.click(),
  f: () => document.querySelector(FORM)?.focus(),
  u: () => [...document.querySelectorAll(".mc-crumbs a")].at(-1)?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => help().showModal(),
};

const own = (key) => {
  const one = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return one && (() => one.click());
};

// Control and Enter send the form that is typed in, else the step's form with its first outcome.
function send(event) {
  const form = event.target.closest("textarea")?.form ?? document.querySelector("#step-form");
  const button = form?.querySelector("[name=_outcome]") ?? form?.querySelector("button:not([type=button])");
  if (!button || event.target.closest("dialog[open]")) return;
  event.preventDefault();
  button.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat && help() && on()) send(event);
  if (event.key === "Escape" && event.target.matches("[data-search]")) event.target.blur();
  if (!help() || !on() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]")) return;
  const act = acts[event.key] ?? own(event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

const button = document.querySelector("[data-keys]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => help().showModal());
  const box = document.querySelector("[data-keys-on]");
  box.checked = on();
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
}
