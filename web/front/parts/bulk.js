// One order for many tasks, sent one by one so that people see how far it is and what became of each.
// Without this script the form is sent as a whole and the answer is a page.
const form = document.getElementById("bulk");

const name = form?.dataset.boxes ?? "tasks";
const boxes = () => [...document.querySelectorAll(`[name=${name}][form=bulk]:enabled`)];
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

// What cannot be taken back as a whole is asked about: how many, with which outcome, at which steps.
function sure(button) {
  const dialog = document.getElementById("bulk-sure");
  const chosen = form.querySelector("[name=outcome]").selectedOptions[0].textContent;
  const steps = new Map();
  for (const box of ticked()) {
    const step = box.closest("tr").querySelector("[data-step]").dataset.step;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const title = dialog.querySelector("[data-words]");
  title.textContent = title.dataset.words.replace("{n}", ticked().length).replace("{outcome}", chosen);
  dialog.querySelector("ul").replaceChildren(
    ...[...steps].map(([step, n]) => Object.assign(document.createElement("li"), { textContent: `${step}: ${n}` })),
  );
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "sure" && send(button), { once: true });
  dialog.showModal();
}

async function send(button) {
  if (form.dataset.running) return;
  form.dataset.running = "1";
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
    body.delete(name);
    body.append(name, box.value);
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
  delete form.dataset.running;
  count();
}

if (form) {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-all]")) boxes().forEach((box) => (box.checked = target.checked));
    if (target.matches(`[data-all], [name=${name}]`)) count();
  });
  form.addEventListener(
    "submit",
    (event) => {
      if (["print", "sign"].includes(event.submitter?.value) || !ticked().length) return;
      event.preventDefault();
      if (event.submitter.value === "complete") sure(event.submitter);
      else send(event.submitter);
    },
    { capture: true },
  );
  count();
}
