/** The table block as a real table that scrolls sideways inside its message. */
import { h } from "./dom.js";
import { richText } from "./richtext.js";

export function cellContent(cell, ctx) {
  if (!cell) return "";
  if (cell.type === "rich_text") return richText(cell, ctx);
  if (cell.type === "raw_number") return cell.text ?? String(cell.value);
  return cell.text ?? "";
}

function cellNode(tag, cell, settings, ctx) {
  const align = ["center", "right"].includes(settings?.align) ? `align-${settings.align}` : "";
  const scope = tag === "th" ? "col" : null;
  return h(tag, { class: `${align} ${settings?.is_wrapped ? "wrapped" : ""}`.trim(), scope }, cellContent(cell, ctx));
}

export function table(block, ctx) {
  const settings = block.column_settings ?? [];
  const row = (tag) => (cells) => h("tr", null, cells.map((cell, at) => cellNode(tag, cell, settings[at], ctx)));
  const [head, ...body] = block.rows;
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", null, h("thead", null, row("th")(head ?? [])), h("tbody", null, body.map(row("td")))),
  );
}
