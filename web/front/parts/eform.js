// While the server redraws an e-form, people go on: what they typed or ticked meanwhile is put back after the swap.
let sent = new Map();

const inputs = (form) => [...form.querySelectorAll("input[id]:not([type=file]), textarea[id], select[id]")];
const ticks = (input) => input.type === "checkbox" || input.type === "radio";
const state = (input) => (ticks(input) ? input.checked : input.value);

function restore([id, value, caret]) {
  const input = document.getElementById(id);
  if (!input) return;
  if (ticks(input)) {
    input.checked = value;
    return;
  }
  input.value = value;
  if (typeof caret === "number" && document.activeElement === input) input.setSelectionRange(caret, caret);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.classList.contains("mc-eform")) {
    sent = new Map(inputs(detail.target).map((input) => [input.id, state(input)]));
  }
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.target?.classList.contains("mc-eform")) return;
  const kept = inputs(detail.target)
    .filter((input) => sent.has(input.id) && state(input) !== sent.get(input.id))
    .map((input) => [input.id, state(input), input.selectionStart]);
  document.addEventListener("htmx:afterSettle", () => kept.forEach(restore), { once: true });
});
