/** Search within the messages on screen: marks every place, steps from one to the next. */
import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

const marks = globalThis.CSS?.highlights;

/** What belongs to every message, and what is not seen, is not what people look for. */
const BESIDES = ".message-head, .stamp, .private-note, .replies, .reactions, .unseen";
const counts = { acceptNode: (text) => (text.parentElement.closest(BESIDES) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT) };

/** All text below `node` as one string, with the way back from a position to its text node. */
function flatten(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT, counts);
  const pieces = [];
  let text = "";
  while (walker.nextNode()) {
    pieces.push({ node: walker.currentNode, from: text.length });
    text += walker.currentNode.data;
  }
  const spot = (at) => {
    const piece = pieces.findLast((one) => one.from <= at);
    return [piece.node, at - piece.from];
  };
  return { text: text.toLowerCase(), spot };
}

function rangesIn(article, words) {
  const { text, spot } = flatten(article.querySelector(".message-body"));
  const found = [];
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
    const range = new Range();
    range.setStart(...spot(at));
    const [node, offset] = spot(at + words.length - 1);
    range.setEnd(node, offset + 1);
    found.push({ range, article });
  }
  return found;
}

export function createFind(list, focusBack) {
  const id = uniqueId("find");
  const field = h("input", { id, type: "search", autocomplete: "off", placeholder: "Find in this channel" });
  const count = h("span", { class: "find-count", role: "status" });
  const press = (name, label, work) => h("button", { type: "button", class: "icon-button", "aria-label": label, onclick: work }, icon(name));
  const node = h("search", { class: "find", hidden: true }, icon("search"), h("label", { for: id, class: "unseen" }, "Find in this channel"), field, count,
    press("up", "Previous match", () => step(-1)), press("down", "Next match", () => step(1)), press("close", "Close search", () => close()));
  let found = [];
  let now = 0;

  function mark() {
    list.querySelector(".found-here")?.classList.remove("found-here");
    marks?.set("found", new Highlight(...found.map((one) => one.range)));
    marks?.set("found-now", new Highlight(...found.slice(now, now + 1).map((one) => one.range)));
    found[now]?.article.classList.add("found-here");
    count.textContent = field.value.trim() ? (found.length ? `${now + 1} of ${found.length}` : "Not found") : "";
  }

  /** Looks again; the newest match is shown first, as in Slack. */
  function look({ stay = false } = {}) {
    if (node.hidden) return;
    const words = field.value.trim().toLowerCase();
    found = words ? [...list.querySelectorAll("article")].flatMap((article) => rangesIn(article, words)) : [];
    now = stay ? Math.max(0, Math.min(now, found.length - 1)) : Math.max(0, found.length - 1);
    mark();
    if (!stay) show();
  }

  const show = () => found[now]?.article.scrollIntoView({ block: "center" });

  function step(by) {
    if (!found.length) return;
    now = (now + by + found.length) % found.length;
    mark();
    show();
  }

  function open() {
    node.hidden = false;
    field.focus();
    field.select();
    look();
  }

  function close() {
    if (node.hidden) return;
    const had = node.contains(document.activeElement);
    node.hidden = true;
    found = [];
    mark();
    if (had) focusBack();
  }

  field.addEventListener("input", () => look());
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === field) step(event.shiftKey ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { node, open, close, again: () => look({ stay: true }) };
}
