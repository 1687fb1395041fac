// What asks the server again and again rests while nobody sees the page; shown again, it asks at once.
const asks = (part) => part.getAttribute("hx-trigger")?.startsWith("every");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && asks(event.detail.elt)) event.preventDefault();
});
