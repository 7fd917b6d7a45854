/** The fields of a form: each input block becomes a labelled field that can be read, restored and marked wrong. */
import { choicesOf, initialChoices, initialValues, isExternal } from "./choices.js";
import { city } from "./dates.js";
import { h, uniqueId } from "./dom.js";
import { LATEST, fromField, ticks, toField } from "./elements.js";
import { createFileField } from "./filefield.js";
import { among, createLookup } from "./lookup.js";
import { plain, textObject } from "./mrkdwn.js";
import { plainOf, richOf } from "./richtext.js";

const TYPES = {
  plain_text_input: "text", number_input: "number", email_text_input: "email", url_text_input: "url",
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local",
};

const TYPED = ["plain_text_input", "rich_text_input", "number_input", "email_text_input", "url_text_input"];
const MANY_TICKS = 12;
/** Slack's own: it asks for options from the third character on. */
const USUAL_QUERY = 3;

function initialValue(element, ctx, block) {
  const chosen = ctx.chosen?.get(block, element);
  return chosen ? chosen.selected : element.initial_value ?? element.initial_date ?? element.initial_time ?? element.initial_date_time;
}

function restrictions(element) {
  const whole = element.type === "number_input" && !element.is_decimal_allowed;
  return { min: element.min_value, max: element.max_value ?? LATEST[TYPES[element.type]], minlength: element.min_length, maxlength: element.max_length,
    step: element.type === "number_input" ? (whole ? "1" : "any") : null };
}

function textField(element, ctx, block) {
  const tag = element.multiline ? "textarea" : "input";
  const control = h(tag, { type: tag === "input" ? TYPES[element.type] : null, rows: tag === "textarea" ? "4" : null,
    placeholder: plain(element.placeholder), autocomplete: "off", ...restrictions(element) });
  const write = (value) => { control.value = toField(element.type, value, ctx.zone); };
  write(initialValue(element, ctx, block));
  return { node: control, control, write, read: () => fromField(element.type, control.value, ctx.zone) };
}

function richField(element, ctx, block) {
  const control = h("textarea", { rows: "4", placeholder: plain(element.placeholder) });
  const write = (value) => { control.value = plainOf(value); };
  write(initialValue(element, ctx, block));
  return { node: control, control, write, read: () => richOf(control.value) };
}

function fileField(element, ctx, block) {
  const field = createFileField(element, ctx.upload);
  field.write([ctx.chosen?.get(block, element)?.selected ?? []].flat());
  return field;
}

/** Options that the app is asked for, or so many that nobody wants to read them all. */
function lookupField(element, ctx, block) {
  const external = isExternal(element);
  return createLookup({
    search: external ? (words) => ctx.options(block, element, words) : among(choicesOf(element, ctx)),
    minimum: external ? element.min_query_length ?? USUAL_QUERY : 0,
    multi: element.type.startsWith("multi_"), most: element.max_selected_items,
    placeholder: plain(element.placeholder), start: initialChoices(element, ctx, block),
  });
}

function optionNodes(choices) {
  const groups = Map.groupBy ? Map.groupBy(choices, (c) => c.group) : new Map([[undefined, choices]]);
  const node = (choice) => h("option", { value: choice.value }, choice.label);
  return [...groups].map(([group, members]) => (group ? h("optgroup", { label: group }, members.map(node)) : members.map(node)));
}

function selectField(element, ctx, block) {
  const control = h("select", null, h("option", { value: "" }, plain(element.placeholder) || "Choose…"), optionNodes(choicesOf(element, ctx)));
  const write = (value) => { control.value = value ?? ""; };
  write(initialValues(element, ctx, block)[0]);
  return { node: control, control, write, read: () => control.value || null };
}

function tickField(type, single) {
  return (element, ctx, block) => {
    const group = ticks(type, choicesOf(element, ctx), initialValues(element, ctx, block), ctx);
    const write = (value) => group.inputs.forEach((input) => { input.checked = [value].flat().includes(input.choice); });
    const read = () => (single ? group.read()[0] ?? null : group.read());
    return { node: h("div", { class: "ticks" }, group.nodes), control: null, inputs: group.inputs, write, read };
  };
}

const many = tickField("checkbox", false);
const severalOf = (element, ctx, block) => (choicesOf(element, ctx).length > MANY_TICKS ? lookupField : many)(element, ctx, block);
const FIELDS = {
  ...Object.fromEntries(Object.keys(TYPES).map((type) => [type, textField])),
  static_select: selectField, users_select: selectField, conversations_select: selectField, channels_select: selectField,
  checkboxes: many, radio_buttons: tickField("radio", true), multi_static_select: severalOf, multi_users_select: severalOf,
  multi_conversations_select: severalOf, multi_channels_select: severalOf, external_select: lookupField, multi_external_select: lookupField,
  rich_text_input: richField, file_input: fileField,
};

/** Stays out of ctx.fields: a value for it would be one that nobody could have entered. */
function unsupported(block, ctx) {
  const words = `A “${String(block.element.type)}” cannot be filled in here.`;
  return h("div", { class: "field" }, h("p", { class: "field-label" }, textObject(block.label, ctx)), h("p", { class: "not-shown" }, words));
}

/** Text is reported on Enter, or letter by letter where the app asks for that. */
function dispatchesText(control, element, send) {
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (when.includes("on_character_entered")) control.addEventListener("input", send);
  if (!when.includes("on_enter_pressed")) return;
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  });
}

/** Fields that report while they are used: a choice at once. */
function dispatches(field, block, ctx) {
  const { element } = block;
  const typed = TYPED.includes(element.type);
  const send = () => {
    const value = field.read();
    ctx.act({ action_id: element.action_id, block_id: block.block_id, ...(typeof value === "string" && typed ? { value } : { selected: value }) });
  };
  if (typed) dispatchesText(field.control, element, send);
  else if (field.listen) field.listen(send);
  else for (const target of field.control ? [field.control] : field.inputs) target.addEventListener("change", send);
}

function describe(field, ids, { optional, element: { action_id: action } }) {
  const first = field.control ?? field.inputs[0];
  if (field.control) field.control.id = ids.control;
  if (first) first.dataset.action = action;
  first?.setAttribute("aria-describedby", `${ids.hint} ${ids.error}`);
  if (field.control && !optional) field.control.setAttribute("aria-required", "true");
  return first;
}

function frame(block, ctx, field, ids) {
  const label = [h("span", null, textObject(block.label, ctx)), block.optional && h("span", { class: "optional" }, "optional")];
  const zoned = /time/.test(block.element.type) ? ` Times are in ${city(ctx.zone)}.` : "";
  const hint = h("p", { class: "hint", id: ids.hint }, textObject(block.hint, ctx), zoned);
  const error = h("p", { class: "field-error", id: ids.error });
  const named = field.control
    ? [h("label", { class: "field-label", for: ids.control }, label), field.node]
    : [h("fieldset", null, h("legend", { class: "field-label" }, label), field.node)];
  return { error, node: h("div", { class: "field", data: { block: block.block_id } }, named, hint, error) };
}

/** An input block → its node; the form learns of the field through ctx.fields. */
export function inputBlock(block, ctx) {
  if (!Object.hasOwn(FIELDS, block.element.type)) return unsupported(block, ctx);
  const field = FIELDS[block.element.type](block.element, ctx, block);
  const ids = { control: uniqueId("field"), hint: uniqueId("hint"), error: uniqueId("error") };
  const { node, error } = frame(block, ctx, field, ids);
  const first = describe(field, ids, block);
  const mark = (message) => {
    error.textContent = message ?? "";
    node.classList.toggle("wrong", Boolean(message));
    if (message) first?.setAttribute("aria-invalid", "true");
    else first?.removeAttribute("aria-invalid");
  };
  if (block.dispatch_action) dispatches(field, block, ctx);
  ctx.fields?.push({ block: block.block_id, action: block.element.action_id, type: block.element.type, ...field, mark, focus: () => first?.focus() });
  return node;
}

/** What was typed survives an update as long as block_id, action_id and kind of field stay the same. */
export function carryOver(before, fields) {
  const same = (one) => (other) => other.block === one.block && other.action === one.action && other.type === one.type;
  for (const field of fields) {
    const old = before.find(same(field));
    if (old) field.write(old.hold ? old.hold() : old.read());
  }
}

/** Files on their way to the workspace have to arrive before the form is sent. */
export const allReady = (fields) => Promise.all(fields.map((field) => field.ready?.()));

/** The fields of a form in the shape views.state.values has: {block_id: {action_id: value}}. */
export function valuesOf(fields) {
  const values = {};
  for (const field of fields) (values[field.block] ??= {})[field.action] = field.read();
  return values;
}
