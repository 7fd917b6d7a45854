/** The fields of a form: each input block becomes a labelled field that can be read, restored and marked wrong. */
import { choicesOf, initialValues } from "./choices.js";
import { city } from "./dates.js";
import { h, uniqueId } from "./dom.js";
import { LATEST, fromField, ticks, toField } from "./elements.js";
import { plain, textObject } from "./mrkdwn.js";

const TYPES = {
  plain_text_input: "text", number_input: "number", email_text_input: "email", url_text_input: "url",
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local",
};

function initialText(element, ctx) {
  const value = element.initial_value ?? element.initial_date ?? element.initial_time ?? element.initial_date_time;
  return toField(element.type, value, ctx.zone);
}

function restrictions(element) {
  const whole = element.type === "number_input" && !element.is_decimal_allowed;
  return { min: element.min_value, max: element.max_value ?? LATEST[TYPES[element.type]], minlength: element.min_length, maxlength: element.max_length,
    step: element.type === "number_input" ? (whole ? "1" : "any") : null };
}

function textField(element, ctx) {
  const tag = element.multiline ? "textarea" : "input";
  const control = h(tag, { type: tag === "input" ? TYPES[element.type] : null, rows: tag === "textarea" ? "4" : null,
    placeholder: plain(element.placeholder), autocomplete: "off", ...restrictions(element) });
  const write = (value) => { control.value = toField(element.type, value, ctx.zone); };
  control.value = initialText(element, ctx);
  return { node: control, control, write, read: () => fromField(element.type, control.value, ctx.zone) };
}

function optionNodes(choices) {
  const groups = Map.groupBy ? Map.groupBy(choices, (c) => c.group) : new Map([[undefined, choices]]);
  const node = (choice) => h("option", { value: choice.value }, choice.label);
  return [...groups].map(([group, members]) => (group ? h("optgroup", { label: group }, members.map(node)) : members.map(node)));
}

function selectField(element, ctx) {
  const control = h("select", null, h("option", { value: "" }, plain(element.placeholder) || "Choose…"), optionNodes(choicesOf(element, ctx)));
  const write = (value) => { control.value = value ?? ""; };
  write(initialValues(element, ctx)[0]);
  return { node: control, control, write, read: () => control.value || null };
}

function tickField(type, single) {
  return (element, ctx) => {
    const group = ticks(type, choicesOf(element, ctx), initialValues(element, ctx), ctx);
    const write = (value) => group.inputs.forEach((input) => { input.checked = [value].flat().includes(input.choice); });
    const read = () => (single ? group.read()[0] ?? null : group.read());
    return { node: h("div", { class: "ticks" }, group.nodes), control: null, inputs: group.inputs, write, read };
  };
}

const many = tickField("checkbox", false);
const FIELDS = {
  ...Object.fromEntries(Object.keys(TYPES).map((type) => [type, textField])),
  static_select: selectField, users_select: selectField, conversations_select: selectField, channels_select: selectField,
  checkboxes: many, radio_buttons: tickField("radio", true), multi_static_select: many, multi_users_select: many,
  multi_conversations_select: many, multi_channels_select: many,
};

/** Stays out of ctx.fields: a value for it would be one that nobody could have entered. */
function unsupported(block, ctx) {
  const words = `A “${String(block.element.type)}” cannot be filled in here.`;
  return h("div", { class: "field" }, h("p", { class: "field-label" }, textObject(block.label, ctx)), h("p", { class: "not-shown" }, words));
}

/** Fields that report while they are used: the choice at once, text on Enter. */
function dispatches(field, block, ctx) {
  const send = () => {
    const value = field.read();
    const typed = ["plain_text_input", "number_input", "email_text_input", "url_text_input"].includes(block.element.type);
    ctx.act({ action_id: block.element.action_id, block_id: block.block_id, ...(typed ? { value } : { selected: value }) });
  };
  const targets = field.control ? [field.control] : field.inputs;
  const isText = field.control && field.control.tagName !== "SELECT" && !/picker$/.test(block.element.type);
  for (const target of targets) {
    if (!isText) target.addEventListener("change", send);
    else target.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      send();
    });
  }
}

function describe(field, ids, optional) {
  const first = field.control ?? field.inputs[0];
  if (field.control) field.control.id = ids.control;
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
  const field = FIELDS[block.element.type](block.element, ctx);
  const ids = { control: uniqueId("field"), hint: uniqueId("hint"), error: uniqueId("error") };
  const { node, error } = frame(block, ctx, field, ids);
  const first = describe(field, ids, block.optional);
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

/** The fields of a form in the shape views.state.values has: {block_id: {action_id: value}}. */
export function valuesOf(fields) {
  const values = {};
  for (const field of fields) (values[field.block] ??= {})[field.action] = field.read();
  return values;
}
