// Files go up in pieces (tus 1.0.0), go on where the connection broke, and show how far they are. Where this script does
// not run, the same box posts the file whole with its form. A box with `data-done` waits for the form's own button.
const PIECE = 512 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30, 30, 30]; // seconds before trying again
const TUS = { "Tus-Resumable": "1.0.0" };

const key = (file) => `upload ${file.name} ${file.size} ${file.lastModified}`;
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const pause = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));

class Refused extends Error {}

// Forms with files on their way: a button pressed meanwhile waits for them and is then what sends the form.
const waiting = new Map();

document.addEventListener(
  "submit",
  (event) => {
    if (!waiting.has(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    waiting.set(event.target, event.submitter);
  },
  true,
);

async function call(method, url, headers = {}, body = undefined) {
  const answer = await fetch(url, { method, headers: { ...TUS, ...headers }, body });
  if (answer.ok) return answer;
  if (answer.status === 401) document.dispatchEvent(new Event("mc:lost"));
  throw answer.status >= 500 || answer.status === 409 || answer.status === 423 ? new Error(answer.status) : new Refused(await answer.text());
}

async function place(file, at) {
  const headers = { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${encoded(file.name)}` };
  const made = await call("POST", at, headers);
  sessionStorage.setItem(key(file), made.headers.get("Location"));
  return made.headers.get("Location");
}

async function offset(url) {
  return Number((await call("HEAD", url)).headers.get("Upload-Offset"));
}

async function send(file, at, told) {
  let url = sessionStorage.getItem(key(file));
  let done = 0;
  let tries = 0;
  for (;;) {
    try {
      if (url === null) url = await place(file, at);
      else done = await offset(url);
      while (done < file.size) {
        told(done, false);
        const body = file.slice(done, done + PIECE);
        const answer = await call("PATCH", url, { "Upload-Offset": String(done), "Content-Type": "application/offset+octet-stream" }, body);
        done = Number(answer.headers.get("Upload-Offset"));
        tries = 0;
      }
      sessionStorage.removeItem(key(file));
      told(file.size, false);
      return url.split("/").pop();
    } catch (error) {
      if (error instanceof Refused) {
        sessionStorage.removeItem(key(file));
        if (url === null || tries++) throw error;
        url = null; // gone there: once more from the beginning
        done = 0;
        continue;
      }
      if (tries >= WAITS.length) throw error;
      told(done, true);
      await pause(WAITS[tries++]);
    }
  }
}

async function take(input) {
  const form = input.form;
  const box = input.closest("section");
  const name = input.dataset.as ?? input.name.replace("papers.", "uploaded.");
  if (!input.multiple) box.querySelectorAll(`.mc-upload, input[type=hidden][name="${name}"]`).forEach((old) => old.remove());
  box.querySelectorAll(".mc-upload:not(:has(progress))").forEach((told) => told.remove());
  const line = document.createElement("p");
  line.className = "mc-upload";
  line.setAttribute("role", "status");
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  bar.setAttribute("aria-label", input.dataset.sending);
  line.append(bar, words);
  input.after(line);
  form.classList.add("mc-sending");
  waiting.set(form, waiting.get(form) ?? null);
  const files = [...input.files];
  const all = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  try {
    const large = files.find((file) => file.size > Number(input.dataset.most ?? Infinity));
    if (large) throw new Refused(`${large.name}: ${input.dataset.large}`); // before a telephone has sent it all
    for (const file of files) {
      const id = await send(file, input.dataset.tus, (done, broken) => {
        bar.max = all;
        bar.value = before + done;
        words.textContent = ` ${broken ? input.dataset.broken : input.dataset.sending} ${Math.floor((100 * (before + done)) / all)} %`;
      });
      before += file.size;
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name, value: id });
      box.append(hidden);
    }
    input.value = "";
    await pause(0.3);
  } catch (error) {
    if (error instanceof Refused && error.message) {
      words.textContent = ` ${error.message}`;
      input.value = ""; // posted whole it would be refused, too
      bar.remove();
    } else words.textContent = ` ${input.dataset.failed}`; // the file stays chosen: the form posts it whole
    form.classList.remove("mc-sending");
    waiting.delete(form);
    return;
  }
  const pressed = waiting.get(form);
  waiting.delete(form);
  form.classList.remove("mc-sending");
  if ("done" in input.dataset && pressed === null) {
    words.textContent = ` ${input.dataset.done} ${files[0].name}`; // more is to be filled in before the form is sent
    bar.remove();
  } else form.requestSubmit(pressed ?? undefined);
}

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("input[type=file][data-tus]") && target.files.length) take(target);
});
