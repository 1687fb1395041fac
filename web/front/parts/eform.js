// While the server redraws an e-form, people go on typing: what they typed meanwhile is put back after the swap.
let sent = new Map();

const inputs = (form) => [...form.querySelectorAll("input[id], textarea[id], select[id]")];

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.classList.contains("mc-eform")) {
    sent = new Map(inputs(detail.target).map((input) => [input.id, input.value]));
  }
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.target?.classList.contains("mc-eform")) return;
  const typed = inputs(detail.target).filter(
    (input) => input.type !== "file" && sent.has(input.id) && input.value !== sent.get(input.id),
  );
  const kept = typed.map((input) => [input.id, input.value, input.selectionStart]);
  document.addEventListener(
    "htmx:afterSettle",
    () => {
      for (const [id, value, caret] of kept) {
        const input = document.getElementById(id);
        if (!input) continue;
        input.value = value;
        if (caret !== null && document.activeElement === input) input.setSelectionRange(caret, caret);
      }
    },
    { once: true },
  );
});
