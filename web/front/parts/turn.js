// A picture that was scanned sideways is turned by a quarter with each press; the file stays as it is.
for (const button of document.querySelectorAll("[data-turn-next]")) button.hidden = false;
document.addEventListener("click", ({ target }) => {
  const picture = target.closest("[data-turn-next]")?.parentElement.querySelector("img");
  if (picture) picture.dataset.turn = (Number(picture.dataset.turn ?? 0) + 1) % 4;
});
