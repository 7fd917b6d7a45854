/** Block Kit: one function per block type, each from data to a DOM node; a new block is one more line in the table. */
import { chart } from "./charts.js";
import { dataTable } from "./datatable.js";
import { h, safeHref } from "./dom.js";
import { actingElement, notShown } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { inputBlock } from "./inputs.js";
import { markdown } from "./markdown.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./tables.js";

/** Pictures are fetched only from this machine; any other address stays a labelled frame. */
export function isLocal(url) {
  if (/^(data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]|blob:)/.test(url ?? "")) return true;
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
  const words = ["title", "subtitle", "body", "subtext"].filter((name) => block[name]);
  const head = words.map((name) => h("div", { class: `card-${name}` }, textObject(block[name], ctx)));
  return h("div", { class: "card" },
    block.hero_image && picture(block.hero_image, "card-hero"),
    block.icon ? h("div", { class: "card-top" }, picture(block.icon, "card-icon"), h("div", null, head)) : head,
    block.actions?.length > 0 && h("div", { class: "actions" }, block.actions.map((element) => actingElement(element, ctx, block))));
}

function carousel(block, ctx) {
  return h("div", { class: "carousel", tabindex: "0", role: "region", "aria-label": "Cards" }, block.elements.map((one) => card(one, ctx)));
}

function container(block, ctx) {
  const inner = h("div", { class: "container-body" }, blockNodes(block.child_blocks ?? [], ctx));
  const title = h("span", { class: "card-title" }, block.rich_text_title ? richText(block.rich_text_title, ctx) : textObject(block.title, ctx));
  const subtitle = block.subtitle && h("span", { class: "card-subtitle" }, textObject(block.subtitle, ctx));
  const width = ["narrow", "wide", "full"].find((one) => one === block.width) ?? "standard";
  const props = { class: `container container-${width} ${block.has_header_divider ? "container-ruled" : ""}` };
  if (!block.is_collapsible) return h("div", props, h("div", { class: "container-head" }, title, subtitle), inner);
  return h("details", { ...props, open: !block.default_collapsed }, h("summary", { class: "container-head" }, icon("down"), title, subtitle), inner);
}

const LEVELS = { info: "Note", warning: "Warning", error: "Error", success: "Done" };

function alert(block, ctx) {
  const level = Object.hasOwn(LEVELS, block.level) ? block.level : "default";
  return h("div", { class: `alert alert-${level}`, role: "note" }, LEVELS[level] && h("span", { class: "unseen" }, `${LEVELS[level]}: `), textObject(block.text, ctx));
}

/** Nothing is fetched from elsewhere, so a film is named and linked, and not played. */
function video(block, ctx) {
  const href = safeHref(block.title_url ?? block.video_url);
  const title = plain(block.title) || "Video";
  const by = [block.provider_name, block.author_name].filter(Boolean).join(" · ");
  return h("figure", { class: "placeholder" }, icon("film"), h("div", null,
    h("div", { class: "card-title" }, href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, title) : title),
    block.description && h("div", null, textObject(block.description, ctx)),
    h("div", { class: "card-subtitle" }, [by, "videos are not played here"].filter(Boolean).join(" · "))));
}

function remoteFile(block) {
  return h("div", { class: "placeholder" }, icon("file"), h("div", null, h("div", { class: "card-title" }, `Remote file ${block.external_id ?? ""}`),
    h("div", { class: "card-subtitle" }, "files kept elsewhere are not shown here")));
}

const BLOCKS = {
  section, context, actions, image, card, container, carousel, alert, video, table, markdown,
  header: (block) => h("h2", { class: "header" }, withEmoji(plain(block.text))),
  divider: () => h("hr"),
  context_actions: actions,
  data_table: (block, ctx) => dataTable(block, ctx, (element) => actingElement(element, ctx, block)),
  data_visualization: chart,
  file: remoteFile,
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
