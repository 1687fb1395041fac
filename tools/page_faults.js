// What a page's own rules say about it in the browser; read by tools/page_faults.py. Each function answers with sentences or facts.
(() => {
  const WALKED = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [contenteditable=true], [tabindex]";
  const MANY_STOPS = /^(date|time|datetime-local|month|week)$/; // one field, several places for the keyboard
  const seen = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  };
  const named = (one) => {
    const words = (one.innerText || one.getAttribute("aria-label") || one.name || one.id || "").trim().replace(/\s+/g, " ");
    return `<${one.tagName.toLowerCase()}${one.className ? ` class="${one.className}"` : ""}> ${words.slice(0, 50)}`;
  };

  // Colours
  const parsed = (text) => {
    const [r, g, b, a = 1] = (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => {
    const mixed = (key) => top[key] * top.a + under[key] * (1 - top.a);
    return { r: mixed("r"), g: mixed("g"), b: mixed("b"), a: 1 };
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (one) => {
    const layers = [];
    for (let at = one.parentElement; at; at = at.parentElement) layers.push(parsed(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), { r: 255, g: 255, b: 255, a: 1 });
  };

  // How an element looks, as far as focus may change it
  const look = (one) => {
    const style = getComputedStyle(one);
    return {
      outline: style.outlineStyle === "none" || (style.outlineStyle !== "auto" && parseFloat(style.outlineWidth) < 1.5) ? "" : style.outlineColor,
      shadow: style.boxShadow === "none" ? "" : style.boxShadow,
      border: style.borderTopColor,
      ground: style.backgroundColor,
    };
  };
  // WCAG 2.4.7 asks for a visible focus; 1.4.11 that what shows it stands out 3 : 1 from what is around.
  const told = (before, after, ground) => {
    const changed = ["outline", "shadow", "border", "ground"].filter((key) => before[key] !== after[key] && after[key]);
    const colours = changed.flatMap((key) => after[key].match(/rgba?\([^)]*\)/g) ?? []);
    return colours.some((colour) => contrast(over(parsed(colour), ground), ground) >= 3);
  };

  // Is this part of something that stays in place while the page under it scrolls?
  const floats = (top, one) => {
    for (let at = top; at && !at.contains(one); at = at.parentElement) if (/sticky|fixed/.test(getComputedStyle(at).position)) return true;
    return false;
  };
  // Of radio buttons of one name the keyboard stops at one.
  const group = (one) => (one.type === "radio" && one.name ? `${one.form?.id ?? ""}/${one.name}` : null);
  let places = [];
  let reached = new Set();
  let last = null;

  window.pageFaults = {
    // Ready for Tab from the very top; how many places wait for it.
    start() {
      places = [...document.querySelectorAll(WALKED)].filter((one) => !one.disabled && one.tabIndex >= 0 && (seen(one) || one.matches(".mc-skip")) && !one.closest("[inert], dialog:not([open])"));
      document.activeElement?.blur();
      places.forEach((one) => (one.unfocused = look(one)));
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
      window.scrollTo(0, 0);
      [reached, last] = [new Set(), null];
      return places.length;
    },

    // Where one Tab led: {over} or the faults of this step.
    step() {
      const one = document.activeElement;
      if (!one || one === document.body || one === document.documentElement) return { over: true, faults: [] };
      if (one === last) {
        const inside = one.tagName === "IFRAME" || MANY_STOPS.test(one.type);
        return { over: false, stuck: !inside, faults: inside ? [] : [`focus is stuck at ${named(one)}`] };
      }
      if (reached.has(one)) return { over: true, faults: one === places[0] ? [] : [`focus goes round at ${named(one)} before it was everywhere`] };
      const faults = [];
      const box = one.getBoundingClientRect();
      if (!seen(one)) faults.push(`focus goes to what nobody sees: ${named(one)}`);
      else if (one.tagName !== "IFRAME" && one.unfocused && !told(one.unfocused, look(one), behind(one))) faults.push(`focus is not seen at ${named(one)}: ${JSON.stringify(look(one))}`);
      const top = document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height, innerHeight) / 2);
      if (top && !one.contains(top) && floats(top, one)) faults.push(`focus is covered at ${named(one)} by ${named(top)}`);
      const at = { x: box.x, right: box.right, y: box.y + scrollY };
      if (last) {
        const [from, sameColumn] = [last.at, at.x < last.at.right && last.at.x < at.right];
        if (sameColumn && at.y < from.y - 250) faults.push(`focus jumps up ${Math.round(from.y - at.y)} px to ${named(one)}`);
      }
      one.at = at;
      last = one;
      reached.add(one);
      return { over: false, faults };
    },

    // What the walk never came to, and what no walk could.
    missed() {
      const groups = new Set([...reached].map(group).filter(Boolean));
      const faults = places
        .filter((one) => seen(one) && !one.disabled && !reached.has(one) && !groups.has(group(one)) && one.isConnected)
        .map((one) => `never reached: ${named(one)}`);
      document.querySelectorAll("[tabindex]").forEach((one) => one.tabIndex > 0 && faults.push(`an order of its own (tabindex): ${named(one)}`));
      document.querySelectorAll("a[href], button, input, select, textarea, summary").forEach((one) => one.tabIndex < 0 && seen(one) && !one.disabled && !one.closest(".visually-hidden") && faults.push(`out of reach of the keyboard: ${named(one)}`));
      document.querySelectorAll("body *").forEach((one) => {
        const pressed = one.onclick || one.matches("[hx-get]:not(form, [hx-trigger]), [hx-post]:not(form, [hx-trigger])") || getComputedStyle(one).cursor === "pointer";
        const lives = one.closest(`${WALKED}, label, svg`) || one.querySelector(WALKED);
        if (pressed && seen(one) && !lives) faults.push(`pressed by mouse alone: ${named(one)}`);
      });
      return faults;
    },

    // On paper: nothing to press, nothing cut off, nothing white.
    paper(width) {
      const faults = [];
      const pressed = "header.mc-header, footer.mc-footer, nav, button, .btn, input:not([type=hidden]), select, textarea, summary, progress, dialog";
      const tells = (one) => (one.matches("summary") ? one.parentElement.open : one.matches("input, select, textarea") && one.closest(".mc-prints, form.mc-panel"));
      document.querySelectorAll(pressed).forEach((one) => seen(one) && !tells(one) && faults.push(`printed though it is pressed: ${named(one)}`));
      const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (text) => (text.data.trim() ? 1 : 2));
      let printed = 0;
      for (let text = words.nextNode(); text; text = words.nextNode()) {
        const one = text.parentElement;
        const span = document.createRange();
        span.selectNodeContents(text);
        const box = span.getBoundingClientRect();
        if (!seen(one) || box.width < 2 || getComputedStyle(one).clipPath !== "none" || one.closest("svg, .visually-hidden, .visually-hidden-focusable")) continue;
        if (!one.closest("h1")) printed += text.data.trim().length;
        if (box.right > width + 1) faults.push(`cut off ${Math.round(box.right - width)} px beside the sheet: ${text.data.trim().slice(0, 50)}`);
        if (contrast(parsed(getComputedStyle(one).color), { r: 255, g: 255, b: 255 }) < 3) faults.push(`too light for paper: ${text.data.trim().slice(0, 50)}`);
      }
      document.querySelectorAll("main *").forEach((one) => {
        const style = getComputedStyle(one);
        const cut = (hides, whole, room) => /hidden|auto|scroll|clip/.test(hides) && whole > room + 2 && room > 2;
        if (seen(one) && !one.closest("svg, .visually-hidden, .mc-prints input, textarea, iframe") && (cut(style.overflowX, one.scrollWidth, one.clientWidth) || cut(style.overflowY, one.scrollHeight, one.clientHeight))) faults.push(`cut off by its own frame: ${named(one)}`);
      });
      const now = document.activeElement;
      if (now && now !== document.body && seen(now) && (look(now).outline || look(now).shadow)) faults.push(`focus is printed at ${named(now)}`);
      if (printed < 10) faults.push("an empty sheet");
      if (![...document.querySelectorAll("h1, .mc-on-paper")].some(seen)) faults.push("a sheet without a heading");
      return faults;
    },

    // Where no script runs: what only a script would bring to life, or to an end.
    unscripted() {
      const faults = [];
      if (![...document.querySelectorAll("h1")].some(seen)) faults.push("no heading");
      document.querySelectorAll("form").forEach((form) => {
        const fields = [...form.elements].filter((one) => one.type !== "hidden" && seen(one));
        if (fields.length && !fields.some((one) => /^(submit|image)$/.test(one.type))) faults.push(`a form that nobody can send: ${form.getAttribute("action") ?? ""} ${fields.map((one) => one.name)}`);
      });
      document.querySelectorAll("button[type=button], a[href='#'], a:not([href])[role=button], [data-bs-toggle]").forEach((one) => seen(one) && faults.push(`does nothing without a script: ${named(one)}`));
      document.querySelectorAll("[hx-get], [hx-post]").forEach((one) => {
        if (seen(one) && !one.closest("form, a[href]") && !one.querySelector("a[href], form, noscript") && !document.querySelector("meta[http-equiv=refresh]") && !one.matches("button[form], button[formaction]")) faults.push(`waits for a script: ${named(one)}`);
      });
      document.querySelectorAll("[aria-busy=true], progress:not([value]), .spinner-border, .mc-busy").forEach((one) => seen(one) && !document.querySelector("meta[http-equiv=refresh]") && faults.push(`never ends: ${named(one)}`));
      return faults;
    },
  };
})();
