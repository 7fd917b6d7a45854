/** The elements that act at once when used: buttons, menus, pickers and ticks in messages, homes and modals. */
import { choicesOf, initialChoices, initialValues } from "./choices.js";
import { confirmed } from "./dialog.js";
import { city, fromWall, toWall } from "./dates.js";
import { h, safeHref, uniqueId, whileBusy } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { createLookup } from "./lookup.js";
import { openMenu, showPopup } from "./menu.js";
import { plain, textObject } from "./mrkdwn.js";

/** Sends the action after its confirm dialog; answers whether it was sent. `offered` names what was chosen. */
async function act(node, element, ctx, block, choice, offered = []) {
  if (!(await confirmed(element.confirm, ctx))) return false;
  const before = ctx.chosen?.get(block, element);
  // Before it is sent: the app may draw the message anew while it answers.
  if ("selected" in choice && element.type !== "overflow") ctx.chosen?.set(block, element, { selected: choice.selected, offered });
  const call = { action_id: element.action_id, block_id: block.block_id, ...choice };
  const answer = await whileBusy(node, () => ctx.act(call));
  if (answer === undefined) ctx.chosen?.set(block, element, before);
  return answer !== undefined;
}

function button(element, ctx, block) {
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(ctx.me)) return null;
  const href = element.url && safeHref(element.url);
  const press = () => act(node, element, ctx, block, { value: element.value });
  const style = { primary: "primary", danger: "danger" }[element.style] ?? "";
  const props = { class: `button ${style}`, "aria-label": element.accessibility_label, data: { action: element.action_id }, onclick: press };
  const link = { href, target: "_blank", rel: "noopener noreferrer" };
  const node = href ? h("a", { ...props, ...link }, withEmoji(plain(element.text))) : h("button", { ...props, type: "button" }, withEmoji(plain(element.text)));
  return node;
}

function iconButton(element, ctx, block) {
  const label = plain(element.text) || element.accessibility_label;
  return button({ ...element, text: label }, ctx, block);
}

function menuItems(choices, current, pick) {
  let group;
  return choices.flatMap((choice) => {
    const heading = choice.group && choice.group !== group ? [{ heading: choice.group }] : [];
    group = choice.group;
    const checked = current === undefined ? undefined : current.includes(choice.value);
    return [...heading, { label: withEmoji(choice.label), description: choice.description, checked, select: () => pick(choice) }];
  });
}

function overflow(element, ctx, block) {
  const choices = choicesOf(element, ctx).map((choice, at) => ({ ...choice, url: element.options[at].url }));
  const pick = (choice) => {
    if (choice.url && safeHref(choice.url)) open(safeHref(choice.url), "_blank", "noopener");
    act(node, element, ctx, block, { selected: choice.value });
  };
  const show = () => openMenu(node, "More actions", menuItems(choices, undefined, pick));
  const node = h("button", { type: "button", class: "button button-icon", "aria-label": "More actions", "aria-haspopup": "menu",
    data: { action: element.action_id }, onclick: show }, icon("more"));
  return node;
}

/** A menu rather than a native list: arrowing through a closed native list would fire an action per step. */
function select(element, ctx, block) {
  const choices = choicesOf(element, ctx);
  let current = initialValues(element, ctx, block);
  const words = h("span", { class: "select-words" });
  const label = plain(element.placeholder) || "Choose…";
  const show = () => words.replaceChildren(...withEmoji(choices.find((choice) => choice.value === current[0])?.label ?? label));
  const pick = async (choice) => {
    const before = current;
    current = [choice.value];
    show();
    if (!(await act(node, element, ctx, block, { selected: choice.value }))) current = before;
    show();
  };
  const node = h("button", { type: "button", class: "button select", "aria-haspopup": "menu", data: { action: element.action_id },
    onclick: () => openMenu(node, label, menuItems(choices, current, pick)) }, words, icon("down"));
  show();
  return node;
}

function popupForm(node, label, content, done) {
  const form = h("form", { class: "popup-form", "aria-label": label }, content, h("button", { class: "button primary", type: "submit" }, "Set"));
  const close = showPopup(form, node);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    done();
  });
  form.querySelector("input").focus();
}

const PICKERS = {
  datepicker: { type: "date", initial: (e) => e.initial_date, print: (text) => text },
  timepicker: { type: "time", initial: (e) => e.initial_time, print: (text) => text },
  datetimepicker: { type: "datetime-local", initial: (e) => e.initial_date_time, print: (text) => text.replace("T", " ") },
};

/** Without it the year takes six digits and swallows the hour that is typed next. */
export const LATEST = { date: "9999-12-31", "datetime-local": "9999-12-31T23:59" };

/** Between a picker's native field and the value Slack gives it; only datetimepicker differs (seconds since 1970). */
export const toField = (type, value, zone) => (type === "datetimepicker" && value ? toWall(new Date(value * 1000), zone) : value ?? "");
export const fromField = (type, text, zone) => {
  if (!text) return null;
  return type === "datetimepicker" ? fromWall(text, zone).getTime() / 1000 : text;
};

function picker(element, ctx, block) {
  const kind = PICKERS[element.type];
  const label = plain(element.placeholder) || { date: "Pick a date", time: "Pick a time" }[kind.type] || "Pick a date and time";
  const chosen = ctx.chosen?.get(block, element);
  let text = toField(element.type, chosen ? chosen.selected : kind.initial(element), ctx.zone);
  const words = h("span", null, text ? kind.print(text) : label);
  const open = () => {
    const hint = kind.type === "date" ? label : `${label} (${city(ctx.zone)})`;
    const field = h("input", { type: kind.type, max: LATEST[kind.type], required: true, "aria-label": hint });
    field.value = text;
    popupForm(node, label, [field], () => {
      text = field.value;
      words.textContent = kind.print(text);
      act(node, element, ctx, block, { selected: fromField(element.type, text, ctx.zone) });
    });
  };
  const node = h("button", { type: "button", class: "button", "aria-haspopup": "dialog", data: { action: element.action_id }, onclick: open },
    icon(kind.type === "time" ? "clock" : "calendar"), words);
  return node;
}

function multiSelect(element, ctx, block) {
  let current = initialValues(element, ctx, block);
  const choices = choicesOf(element, ctx);
  const label = plain(element.placeholder) || "Choose…";
  const words = h("span", { class: "select-words" });
  const show = () => { words.textContent = choices.filter((c) => current.includes(c.value)).map((c) => c.label).join(", ") || label; };
  const open = () => {
    const boxes = ticks("checkbox", choices, current, ctx);
    popupForm(node, label, [h("div", { class: "popup-ticks" }, boxes.nodes)], () => {
      current = boxes.read();
      show();
      act(node, element, ctx, block, { selected: current });
    });
  };
  const node = h("button", { type: "button", class: "button select", "aria-haspopup": "dialog", data: { action: element.action_id }, onclick: open },
    words, icon("down"));
  show();
  return node;
}

/** A select whose options the app is asked for while one types. */
function externalSelect(element, ctx, block) {
  const multi = element.type.startsWith("multi_");
  const label = plain(element.placeholder) || "Choose…";
  const words = h("span", { class: "select-words" });
  let current = initialChoices(element, ctx, block);
  const show = () => words.replaceChildren(...withEmoji(current.map((one) => one.label).join(", ") || label));
  const open = () => {
    const search = (typed) => ctx.options(block, element, typed);
    const lookup = createLookup({ search, multi, minimum: element.min_query_length ?? 3, most: element.max_selected_items, start: current });
    lookup.control.setAttribute("aria-label", label);
    popupForm(node, label, [lookup.node], () => {
      current = lookup.hold();
      show();
      act(node, element, ctx, block, { selected: lookup.read() }, current);
    });
  };
  const node = h("button", { type: "button", class: "button select", "aria-haspopup": "dialog", data: { action: element.action_id }, onclick: open },
    words, icon("down"));
  show();
  return node;
}

/** A column of boxes or dots; `read` gives the values ticked. */
export function ticks(type, choices, checked, ctx, onchange) {
  const name = uniqueId("ticks");
  const inputs = choices.map((choice) => {
    const input = h("input", { type, name, onchange });
    input.checked = checked.includes(choice.value);
    input.choice = choice.value;
    return input;
  });
  const nodes = inputs.map((input, at) => h("label", { class: "tick" }, input,
    h("span", { class: "tick-words" }, choices[at].text ? textObject(choices[at].text, ctx) : choices[at].label,
      choices[at].describe && h("span", { class: "tick-note" }, textObject(choices[at].describe, ctx)))));
  return { nodes, inputs, read: () => inputs.filter((input) => input.checked).map((input) => input.choice) };
}

function tickGroup(element, ctx, block) {
  const type = element.type === "checkboxes" ? "checkbox" : "radio";
  const send = () => {
    const values = group.read();
    act(node, element, ctx, block, { selected: type === "radio" ? values[0] : values });
  };
  const group = ticks(type, choicesOf(element, ctx), initialValues(element, ctx, block), ctx, send);
  const node = h("div", { class: "ticks", role: type === "radio" ? "radiogroup" : "group", "aria-label": "Choices",
    data: { action: element.action_id } }, group.nodes);
  return node;
}

const MAKERS = {
  button, icon_button: iconButton, overflow, datepicker: picker, timepicker: picker, datetimepicker: picker,
  static_select: select, users_select: select, conversations_select: select, channels_select: select,
  multi_static_select: multiSelect, multi_users_select: multiSelect, multi_conversations_select: multiSelect,
  multi_channels_select: multiSelect, external_select: externalSelect, multi_external_select: externalSelect, checkboxes: tickGroup, radio_buttons: tickGroup,
};

export const notShown = (type) => h("span", { class: "not-shown" }, `A “${String(type)}” is not shown here.`);

export function actingElement(element, ctx, block) {
  return Object.hasOwn(MAKERS, element.type) ? MAKERS[element.type](element, ctx, block) : notShown(element.type);
}
