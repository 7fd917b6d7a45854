/** Files in a message: name, size and kind; a picture is shown only when it comes from this workspace. */
import { sizeOf } from "./filefield.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

const address = (file, me) => `/sandbox/files/${encodeURIComponent(file.id)}?as=${encodeURIComponent(me)}`;

function preview(file, me) {
  if (!PICTURES.has(file.mimetype)) return null;
  const node = h("img", { class: "file-picture", src: address(file, me), alt: file.alt_txt || file.title || file.name, loading: "lazy" });
  node.addEventListener("error", () => node.remove());
  return node;
}

export function fileCard(file, me) {
  if (file.mode === "tombstone") return h("div", { class: "file" }, icon("file"), "This file was deleted.");
  const name = file.name || file.title || "File";
  const kind = file.pretty_type || file.filetype?.toUpperCase() || "";
  const words = h("span", { class: "file-words" }, h("span", { class: "file-name" }, file.title && file.title !== name ? `${file.title} (${name})` : name),
    h("span", { class: "file-note" }, [kind, sizeOf(file.size ?? 0)].filter(Boolean).join(" · ")));
  const card = h("a", { class: "file", href: address(file, me), download: name, "aria-label": `${name}, ${sizeOf(file.size ?? 0)}, download` }, icon("file"), words);
  return h("div", { class: "file-frame" }, preview(file, me), card);
}
