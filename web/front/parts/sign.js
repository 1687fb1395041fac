// A signature drawn with finger, pen or mouse: strokes go into the hidden input, the picture is an SVG path.
const point = (svg, event) => {
  const box = svg.getBoundingClientRect();
  const { width, height } = svg.viewBox.baseVal;
  const scale = (at, size, full) => Math.round(((at / size) * full + Number.EPSILON) * 1);
  return [scale(event.clientX - box.left, box.width, width), scale(event.clientY - box.top, box.height, height)];
};

function start(field) {
  const svg = field.querySelector("svg");
  const path = svg.querySelector("path");
  const kept = field.querySelector("input[type=hidden]");
  const clear = field.querySelector("[data-sign-clear]");
  let strokes = kept.value ? JSON.parse(kept.value) : [];
  let line = null;

  const show = () => {
    path.setAttribute("d", strokes.map((stroke) => `M${stroke.map((at) => at.join(" ")).join(" L")}`).join(" "));
    kept.value = strokes.length ? JSON.stringify(strokes) : "";
    clear.hidden = strokes.length === 0;
  };

  svg.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    line = [point(svg, event)];
    strokes.push(line);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!line) return;
    const at = point(svg, event);
    const last = line[line.length - 1];
    if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= 2) line.push(at);
    show();
  });
  const stop = () => {
    if (line && line.length < 2) strokes = strokes.filter((stroke) => stroke !== line);
    line = null;
    show();
  };
  svg.addEventListener("pointerup", stop);
  svg.addEventListener("pointercancel", stop);
  clear.addEventListener("click", () => {
    strokes = [];
    show();
  });
  show();
}

for (const field of document.querySelectorAll("[data-sign]")) start(field);
