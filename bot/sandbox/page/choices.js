/** What a select offers, what it starts with, and what has been chosen in it so far. */
import { plain } from "./mrkdwn.js";

const option = (group) => (one) => ({
  value: one.value, label: plain(one.text), text: one.text, description: plain(one.description), describe: one.description, group,
});

const people = (ctx) => ctx.people().map((user) => ({ value: user.id, label: user.label }));
const places = (ctx) => ctx.places().map((channel) => ({ value: channel.id, label: `#${channel.name}` }));

/** Options as they stand in an element, or in an answer about an external one. */
export function given(source) {
  if (source.option_groups) return source.option_groups.flatMap((group) => group.options.map(option(plain(group.label))));
  return (source.options ?? []).map(option());
}

export const isExternal = (element) => element.type.endsWith("external_select");

export function choicesOf(element, ctx) {
  if (element.type.endsWith("users_select")) return people(ctx);
  if (/(conversations|channels)_select$/.test(element.type)) return places(ctx);
  return given(element);
}

function startOf(element, ctx) {
  const many = element.initial_options?.map((one) => one.value) ?? element.initial_users ?? element.initial_conversations
    ?? element.initial_channels;
  if (many) return many;
  const here = element.default_to_current_conversation ? ctx.here : undefined;
  const one = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel ?? here;
  return one === undefined ? [] : [one];
}

/** Slack's state of an element → {selected, offered}: bare values, and the options among them with their words. */
function fromState({ type: _, ...rest }) {
  const [found] = Object.values(rest);
  const list = [found].flat().filter((one) => one !== null && one !== undefined && one !== "");
  const bare = list.map((one) => (one.text && one.value !== undefined ? one.value : one));
  const offered = list.filter((one) => one.text && one.value !== undefined).map(option());
  return { selected: Array.isArray(found) ? bare : bare[0], offered };
}

/** What stands in the fields of a view: the workspace keeps it. */
export function chosenInView(view) {
  const values = view.state?.values ?? {};
  return {
    get(block, element) {
      const state = values[block.block_id]?.[element.action_id];
      return state?.type === element.type ? fromState(state) : undefined;
    },
    set: () => {},
  };
}

/** What each person has chosen in messages: kept here, as long as the block and the action stay what they were. */
export function createMemory() {
  const kept = new Map();
  const name = (place, block, element) => JSON.stringify([place, block.block_id, element.action_id, element.type]);
  return (place) => ({
    get: (block, element) => kept.get(name(place, block, element)),
    set(block, element, choice) {
      if (choice) kept.set(name(place, block, element), choice);
      else kept.delete(name(place, block, element));
    },
  });
}

/** The values an element shows at first: those chosen before, else those the app gave it. */
export function initialValues(element, ctx, block = {}) {
  const chosen = ctx.chosen?.get(block, element);
  if (!chosen) return startOf(element, ctx);
  return [chosen.selected].flat().filter((value) => value !== undefined && value !== null);
}

/** The same with their words, for selects whose options are not all known here. */
export function initialChoices(element, ctx, block) {
  const known = [...(ctx.chosen?.get(block, element)?.offered ?? []), ...choicesOf(element, ctx),
    ...[element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map(option())];
  return initialValues(element, ctx, block).map((value) => known.find((one) => one.value === value) ?? { value, label: String(value) });
}
