// Focus lands where the work goes on: at the first mistake, at the list of mistakes where none is of a field, else at the first field that is still empty, else at the button.
const form = document.querySelector("[data-focus]");
const shown = (one) => one.offsetParent !== null && !one.disabled && !one.readOnly;
const typed = "input:not([type=hidden], [type=file], [type=checkbox], [type=radio]), select, textarea";

if (form && document.activeElement === document.body && !location.hash) {
  const wrong = form.querySelector("[aria-invalid=true]") ?? document.getElementById("errors");
  const empty = [...form.querySelectorAll(typed)].find((one) => !one.value && shown(one));
  (wrong ?? empty ?? form.querySelector(".btn-primary"))?.focus();
}
