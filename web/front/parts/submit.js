// One press sends a form once: a second press while the answer is on its way is ignored, and the page says it is busy.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.classList.add("mc-sending");
});

// Back from the next page by the browser's own button: the form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.mc-sending")) {
    delete form.dataset.sent;
    form.classList.remove("mc-sending");
  }
});
