/** The data_table block: a caption, a header that sorts, and pages. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { cellContent } from "./tables.js";

const USUAL_PAGE = 5;
const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

const NOTHING = /^[–—-]?$/;

const isNumber = (cell) => cell?.type === "raw_number";
// A dash among numbers is a number that nobody knows.
const isUnknown = (cell) => cell?.type === "raw_text" && NOTHING.test(cell.text);
const textOf = (cell, ctx) => h("span", null, cellContent(shownCell(cell), ctx)).textContent;
const shownCell = (cell) => (cell?.type === "action_cell" ? cell.fallback : cell);

function compare(one, other, ctx) {
  if (isNumber(one) && isNumber(other)) return one.value - other.value;
  if (isNumber(one) !== isNumber(other)) return isNumber(one) ? 1 : -1;
  return words.compare(textOf(one, ctx), textOf(other, ctx));
}

/** `acting` draws the button of an action cell; it comes from outside because elements.js must not be needed here. */
export function dataTable(block, ctx, acting) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? USUAL_PAGE;
  const numeric = head.map((_, column) => rows.some((row) => isNumber(row[column]))
    && rows.every((row) => isNumber(row[column]) || isUnknown(row[column])));
  let sorted = { column: null, down: false };
  let page = 0;

  function cellNode(cell, column) {
    const isHead = column === (block.row_header_column_index ?? -1);
    const inside = cell?.type === "action_cell" ? acting(cell.element) ?? cellContent(cell.fallback, ctx) : cellContent(cell, ctx);
    return h(isHead ? "th" : "td", { scope: isHead ? "row" : null, class: numeric[column] ? "align-right" : "" }, inside);
  }

  function ordered() {
    if (sorted.column === null) return rows;
    const sign = sorted.down ? -1 : 1;
    return rows.toSorted((one, other) => sign * compare(one[sorted.column], other[sorted.column], ctx));
  }

  /** Up, down, and back to the order the app gave. */
  function sortBy(column) {
    if (sorted.column !== column) sorted = { column, down: false };
    else if (!sorted.down) sorted = { column, down: true };
    else sorted = { column: null, down: false };
    page = 0;
    draw();
  }

  const heads = head.map((cell, column) => h("th", { scope: "col", class: numeric[column] ? "align-right" : "" },
    h("button", { type: "button", class: "sort", onclick: () => sortBy(column) }, h("span", null, cellContent(cell, ctx)), icon("down"))));
  const body = h("tbody");
  const where = h("span", { role: "status", class: "pager-where" });
  const back = h("button", { type: "button", class: "button small", "aria-label": "Previous rows", onclick: () => turn(-1) }, "‹");
  const ahead = h("button", { type: "button", class: "button small", "aria-label": "Next rows", onclick: () => turn(1) }, "›");
  const pager = h("div", { class: "pager" }, where, back, ahead);

  const last = Math.max(Math.ceil(rows.length / size) - 1, 0);

  function turn(step) {
    page = Math.max(0, Math.min(last, page + step));
    draw();
  }

  function draw() {
    const shown = ordered().slice(page * size, (page + 1) * size);
    body.replaceChildren(...shown.map((row) => h("tr", null, row.map(cellNode))));
    heads.forEach((node, column) => {
      if (sorted.column === column) node.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      else node.removeAttribute("aria-sort");
    });
    where.textContent = `${Math.min(page * size + 1, rows.length)}–${page * size + shown.length} of ${rows.length}`;
    // Not `disabled`: that would throw the keyboard off the button just pressed.
    back.setAttribute("aria-disabled", String(page === 0));
    ahead.setAttribute("aria-disabled", String(page === last));
    pager.hidden = rows.length <= size;
  }
  draw();
  const scroller = h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": `Table: ${block.caption}` },
    h("table", null, h("caption", null, block.caption), h("thead", null, h("tr", null, heads)), body));
  return h("div", { class: "data-table" }, scroller, pager);
}
