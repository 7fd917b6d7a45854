/** What a select offers: an element of any select type → a flat list of {value, label, description, group}. */
import { plain } from "./mrkdwn.js";

const option = (group) => (one) => ({
  value: one.value, label: plain(one.text), text: one.text, description: plain(one.description), describe: one.description, group,
});

const people = (ctx) => ctx.people().map((user) => ({ value: user.id, label: user.label }));
const places = (ctx) => ctx.places().map((channel) => ({ value: channel.id, label: `#${channel.name}` }));

function given(element) {
  if (element.option_groups) return element.option_groups.flatMap((group) => group.options.map(option(plain(group.label))));
  return (element.options ?? []).map(option());
}

export function choicesOf(element, ctx) {
  if (element.type.endsWith("users_select")) return people(ctx);
  if (/(conversations|channels)_select$/.test(element.type)) return places(ctx);
  return given(element);
}

/** The values an element starts with, whatever Slack calls the property. */
export function initialValues(element, ctx) {
  const many = element.initial_options?.map((one) => one.value) ?? element.initial_users ?? element.initial_conversations
    ?? element.initial_channels;
  if (many) return many;
  const here = element.default_to_current_conversation ? ctx.here : undefined;
  const one = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel ?? here;
  return one === undefined ? [] : [one];
}
