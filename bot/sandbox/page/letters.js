/** A letter's own HTML as nodes of this page: only words, and links that the reader's part follows. */
import { h } from "./dom.js";

const KEPT = new Set(["p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr"]);
const DROPPED = new Set(["script", "style", "head", "title", "template", "img", "svg", "math", "iframe", "object", "embed", "video", "audio",
  "form", "input", "textarea", "select", "button"]);
const BLOCKS = new Set(["div", "section", "article", "header", "footer", "center", "table", "tr", "pre", "dl", "dt", "dd"]);
const HEADINGS = new Set(["h1", "h2", "h3"]);

function nodeOf(node, follow) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return null;
  const tag = node.localName;
  if (DROPPED.has(tag)) return null;
  const inside = [...node.childNodes].map((child) => nodeOf(child, follow));
  if (tag === "a" && /^https?:/.test(node.getAttribute("href") ?? "")) {
    const url = node.getAttribute("href");
    return h("button", { type: "button", class: "letter-link", title: url, onclick: () => follow(url) }, inside);
  }
  if (BLOCKS.has(tag)) return h("div", null, inside);
  if (tag === "td" || tag === "th") return [inside, " "];
  if (!KEPT.has(tag)) return inside;
  return h(HEADINGS.has(tag) ? "p" : tag, null, inside);
}

/** Plain text, with its addresses as links. */
function fromText(text, follow) {
  return text.split(/\n{2,}/).map((paragraph) => h("p", null, paragraph.split(/(https?:\/\/[^\s<>"]+)/).map((part, at) => (at % 2
    ? h("button", { type: "button", class: "letter-link", onclick: () => follow(part) }, part)
    : part.split("\n").flatMap((line, number) => (number ? [h("br"), line] : [line]))))));
}

export function letterBody(letter, follow) {
  if (!letter.html) return fromText(letter.text, follow);
  // A document made by the parser runs nothing and fetches nothing.
  const parsed = new DOMParser().parseFromString(letter.html, "text/html");
  return [...parsed.body.childNodes].map((node) => nodeOf(node, follow));
}
