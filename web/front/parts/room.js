// A step's form beside its dossier takes the room that the window has below it, so that its last row, what ends the step, is in sight.
const order = document.querySelector(".mc-work > .mc-do");
const measure = () => order.style.setProperty("--above", `${Math.max(order.getBoundingClientRect().top, 16)}px`);

if (order) {
  measure();
  addEventListener("scroll", measure, { passive: true });
  addEventListener("resize", measure);
}
