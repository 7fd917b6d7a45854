/** Files waiting beside the message being written; they are handed over when it is sent. */
import { takesDrops, sizeOf } from "./filefield.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

export function createAttachments(onchange) {
  const input = h("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "icon-button", "aria-label": "Attach files", onclick: () => input.click() }, icon("clip"));
  const list = h("ul", { class: "chips", "aria-label": "Files to send" });
  let files = [];

  function draw() {
    list.replaceChildren(...files.map((file) => h("li", { class: "chip" }, icon("file"), h("span", null, `${file.name} · ${sizeOf(file.size)}`),
      h("button", { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}`, onclick: () => set(files.filter((one) => one !== file)) }, icon("close")))));
  }

  function set(wanted) {
    files = wanted;
    draw();
    onchange();
  }

  const add = (more) => set([...files, ...more]);
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });

  /** Empties the list and gives what was in it. */
  function take() {
    const taken = files;
    if (taken.length) set([]);
    return taken;
  }
  return { input, button, list, add, take, set, count: () => files.length, dropOn: (node) => takesDrops(node, add) };
}
