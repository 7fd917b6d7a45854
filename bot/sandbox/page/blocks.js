/** Block Kit: one function per block type, each from data to a DOM node; a new block is one more line in the table. */
import { h } from "./dom.js";
import { actingElement, notShown } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { inputBlock } from "./inputs.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./tables.js";

/** Pictures are fetched only from this machine; any other address stays a labelled frame. */
function isLocal(url) {
  if (/^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/.test(url ?? "")) return true;
  try {
    return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url, location.href).hostname);
  } catch {
    return false;
  }
}

function picture(image, className) {
  const alt = image.alt_text ?? "";
  if (image.image_url && isLocal(image.image_url)) return h("img", { src: image.image_url, alt, class: className, loading: "lazy" });
  return h("span", { class: `${className} picture-frame`, role: "img", "aria-label": alt || "Picture" }, icon("image"), h("span", null, alt || "Picture"));
}

function accessory(element, block, ctx) {
  if (!element) return null;
  return h("div", { class: "accessory" }, element.type === "image" ? picture(element, "thumb") : actingElement(element, ctx, block));
}

function section(block, ctx) {
  const fields = (block.fields ?? []).map((field) => h("div", { class: "section-field" }, textObject(field, ctx)));
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-words" }, block.text && h("div", null, textObject(block.text, ctx)), fields.length > 0 && h("div", { class: "section-fields" }, fields)),
    accessory(block.accessory, block, ctx),
  );
}

function context(block, ctx) {
  const part = (element) => (element.type === "image" ? picture(element, "context-image") : h("span", null, textObject(element, ctx)));
  return h("div", { class: "context" }, block.elements.map(part));
}

function actions(block, ctx) {
  return h("div", { class: "actions" }, block.elements.map((element) => actingElement(element, ctx, block)));
}

function image(block, ctx) {
  const title = block.title && h("figcaption", null, textObject(block.title, ctx));
  return h("figure", { class: "figure" }, title, picture(block, "picture"));
}

function card(block, ctx) {
  const words = ["title", "subtitle", "body"].filter((name) => block[name]);
  return h("div", { class: "card" }, words.map((name) => h("div", { class: `card-${name}` }, textObject(block[name], ctx))),
    block.actions?.length > 0 && h("div", { class: "actions" }, block.actions.map((element) => actingElement(element, ctx, block))));
}

function container(block, ctx) {
  const inner = blockNodes(block.child_blocks ?? [], ctx);
  const title = textObject(block.title, ctx);
  if (!block.is_collapsible) return h("div", { class: "container" }, h("div", { class: "card-title" }, title), inner);
  return h("details", { class: "container", open: !block.default_collapsed }, h("summary", { class: "card-title" }, title), inner);
}

const BLOCKS = {
  section, context, actions, image, card, container, table,
  header: (block) => h("h3", { class: "header" }, withEmoji(plain(block.text))),
  divider: () => h("hr"),
  context_actions: actions,
  carousel: (block, ctx) => h("div", { class: "carousel" }, (block.elements ?? block.cards ?? []).map((one) => card(one, ctx))),
  alert: (block, ctx) => h("div", { class: `alert alert-${["info", "warning", "error", "success"].find((level) => level === block.level) ?? "default"}` },
    textObject(block.text, ctx)),
  rich_text: richText,
  input: inputBlock,
};

function blockNode(block, ctx) {
  if (!Object.hasOwn(BLOCKS, block.type)) return h("div", null, notShown(block.type));
  return BLOCKS[block.type](block, ctx);
}

export function blockNodes(blocks, ctx) {
  return blocks.map((block) => h("div", { class: `block block-${block.type}` }, blockNode(block, ctx)));
}
