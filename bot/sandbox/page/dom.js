/** Builds DOM nodes from plain data, so that no text is ever parsed as markup. */

let nextId = 0;

export function uniqueId(prefix) {
  nextId += 1;
  return `${prefix}-${nextId}`;
}

function setProp(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

/** h("p", {class: "note"}, "text", node): strings always become text nodes. */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Only addresses that open a page, a mail or a call; anything else is shown as text. */
export function safeHref(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** Marks a control as waiting and swallows further presses until the work is over. */
export async function whileBusy(node, work) {
  if (node.getAttribute("aria-busy") === "true") return undefined;
  node.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    node.removeAttribute("aria-busy");
  }
}

/**
 * Makes `parent` hold one node per item, reusing nodes whose signature stands, so that
 * focus, scroll position and half-made choices survive a refresh.
 */
export function reconcile(parent, items) {
  const wanted = new Set(items.map((item) => item.key));
  const old = new Map();
  for (const node of [...parent.children]) {
    if (wanted.has(node.dataset.key)) old.set(node.dataset.key, node);
    else node.remove();
  }
  let previous = null;
  for (const item of items) {
    const kept = old.get(item.key);
    const node = kept?.signature === item.signature ? kept : replaceWith(kept, item);
    const place = previous ? previous.nextElementSibling : parent.firstElementChild;
    if (place !== node) parent.insertBefore(node, place);
    previous = node;
  }
}

function replaceWith(old, item) {
  const node = item.render();
  node.dataset.key = item.key;
  node.signature = item.signature;
  if (!old) return node;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(node);
  if (focused) refocus(node, focused);
  return node;
}

/** A keyboard user who pressed a button must not be thrown to the top when its card changes. */
function refocus(node, focused) {
  const same = focused.dataset.action && node.querySelector(`[data-action="${CSS.escape(focused.dataset.action)}"]`);
  const target = same || node;
  if (target === node) node.tabIndex = -1;
  target.focus({ preventScroll: true });
}
