/** A field for files: chosen or dropped, handed to the workspace at once, and named in the form by their ids. */
import { h, whileBusy } from "./dom.js";
import { icon } from "./icons.js";

export const MOST_BYTES = 10 * 1024 * 1024;
const UNITS = ["bytes", "kB", "MB", "GB"];

export function sizeOf(bytes) {
  let [size, unit] = [bytes, 0];
  for (; size >= 1000 && unit < UNITS.length - 1; unit += 1) size /= 1000;
  return `${unit && size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}

/** Lets files be dropped on `node`; says so while some are held over it. */
export function takesDrops(node, take) {
  const held = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (over) => node.classList.toggle("drop-here", over);
  node.addEventListener("dragover", (event) => {
    if (!held(event)) return;
    event.preventDefault();
    mark(true);
  });
  node.addEventListener("dragleave", (event) => { if (!node.contains(event.relatedTarget)) mark(false); });
  node.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

export function createFileField(element, upload) {
  const most = element.max_files ?? 10;
  const accept = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const control = h("input", { type: "file", class: "unseen", multiple: most > 1, accept: accept || null });
  const list = h("ul", { class: "chips" });
  const status = h("p", { class: "hint", role: "status" });
  const words = h("span", null, most > 1 ? `Choose up to ${most} files, or drop them here` : "Choose a file, or drop it here");
  const zone = h("div", { class: "drop-zone" }, icon("clip"), words, accept && h("span", { class: "optional" }, accept.replaceAll(",", " ")));
  const node = h("div", { class: "file-field" }, control, zone, list, status);
  const listeners = [];
  let files = [];
  let under = Promise.resolve();

  function draw() {
    list.replaceChildren(...files.map((file) => h("li", { class: "chip" }, icon("file"), h("span", null, `${file.name} · ${sizeOf(file.size ?? 0)}`),
      h("button", { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}`, onclick: () => set(files.filter((one) => one !== file)) }, icon("close")))));
  }

  function set(chosen) {
    files = chosen;
    draw();
    listeners.forEach((listener) => listener());
  }

  async function takeAll(chosen) {
    for (const file of chosen) {
      if (files.length >= most) status.textContent = `No more than ${most} ${most > 1 ? "files" : "file"} can be chosen.`;
      else set([...files, await upload(file)]);
    }
  }

  function take(chosen) {
    status.textContent = "";
    const work = () => whileBusy(zone, () => takeAll(chosen)).catch((error) => { status.textContent = error.message; });
    under = under.then(work);
  }

  control.addEventListener("change", () => {
    take([...control.files]);
    control.value = "";
  });
  zone.addEventListener("click", () => control.click());
  takesDrops(zone, take);
  const write = (known) => { files = known.filter((one) => one?.id); draw(); };
  return { node, control, read: () => files.map((file) => file.id), hold: () => files, write, listen: (listener) => listeners.push(listener), ready: () => under };
}
