// The connection is broken, or the session over: the page says so at once, keeps what is typed, tries again, and a form that
// keeps itself as a draft goes only when it can arrive.
const saved = document.getElementById("saved");
const AGAIN = 5000; // milliseconds
let why = ""; // "", "broken" or "lost"
let pressed = null;

function tell(now) {
  why = now;
  for (const one of document.querySelectorAll("[data-away]")) one.hidden = one.dataset.away !== now;
}

const again = () => why && saved && !document.hidden && window.htmx.trigger(saved, "again");

document.addEventListener("htmx:sendError", () => saved && tell("broken"));
document.addEventListener("htmx:responseError", ({ detail }) => detail.xhr.status === 401 && tell("lost"));
document.addEventListener("mc:lost", () => tell("lost"));
document.addEventListener("htmx:afterOnLoad", ({ detail }) => {
  if (!why || detail.xhr.status >= 400) return;
  const kept = !saved || detail.elt === saved;
  if (kept) tell("");
  else again();
  if (kept && pressed) saved.closest("form").requestSubmit(pressed);
});

document.addEventListener(
  "submit",
  (event) => {
    if (!why || event.target !== saved?.closest("form")) return;
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter;
    again();
  },
  true,
);

setInterval(again, AGAIN);
window.addEventListener("online", again);
window.addEventListener("focus", again);
