// One order for many tasks, sent one by one so that people see how far it is and what became of each.
// Without this script the form is sent as a whole and the answer is a page.
const form = document.getElementById("bulk");

const boxes = () => [...document.querySelectorAll("[name=tasks][form=bulk]:enabled")];
const ticked = () => boxes().filter((box) => box.checked);

function count() {
  const words = form.querySelector("[data-count]");
  words.dataset.none ??= words.textContent;
  words.textContent = ticked().length ? `${words.dataset.words} ${ticked().length}` : words.dataset.none;
}

// What was done stays in the list until it is read anew, but nothing more can be ordered for it there.
function rest(box) {
  const row = box.closest("tr");
  row.classList.add("mc-rest");
  row.querySelectorAll("input, button").forEach((one) => (one.disabled = true));
}

async function send(button) {
  const chosen = ticked();
  const place = document.getElementById("bulk-progress");
  const list = place.querySelector("ul");
  const bar = place.querySelector("progress");
  const said = place.querySelector("[data-progress]");
  place.hidden = false;
  place.focus();
  list.replaceChildren();
  bar.max = chosen.length;
  for (const [at, box] of chosen.entries()) {
    const body = new FormData(form);
    body.delete("tasks");
    body.append("tasks", box.value);
    body.append("action", button.value);
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Part": "1" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) list.insertAdjacentHTML("beforeend", await answer.text());
    else list.insertAdjacentHTML("beforeend", `<li class="mc-told-not">${box.value.split(":")[0]}: ${answer?.status ?? "–"}</li>`);
    box.checked = false;
    if (list.lastElementChild?.matches(".mc-told-done")) rest(box);
    bar.value = at + 1;
    said.textContent = said.dataset.words
      .replace("{done}", list.querySelectorAll(".mc-told-done").length)
      .replace("{all}", chosen.length);
  }
  count();
}

if (form) {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-all]")) boxes().forEach((box) => (box.checked = target.checked));
    if (target.matches("[data-all], [name=tasks]")) count();
  });
  form.addEventListener(
    "submit",
    (event) => {
      if (["print", "sign"].includes(event.submitter?.value) || !ticked().length) return;
      event.preventDefault();
      send(event.submitter);
    },
    { capture: true },
  );
}
