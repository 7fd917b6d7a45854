/** The app's home tab: whatever the app has published for this person. */
import { api } from "./api.js";
import { blockNodes } from "./blocks.js";
import { chosenInView } from "./choices.js";
import { h, reconcile } from "./dom.js";
import { carryOver, valuesOf } from "./inputs.js";
import { avatar } from "./people.js";

export function createHome(workspace, notices) {
  const title = h("h1", { class: "place-title", tabindex: "-1" });
  const body = h("div", { class: "home-body" });
  const scroller = h("div", { class: "home-scroll", tabindex: "0", role: "region", "aria-label": "App Home" }, body);
  const node = h("section", { class: "home", hidden: true },
    h("header", { class: "place-head" }, h("div", { class: "place-words" }, title, h("p", { class: "place-topic" }, "What the app shows to you alone"))), scroller);

  let before = { id: null, fields: [] };

  function content(view) {
    const fields = [];
    const ctx = workspace.context({ act: (call) => act(call), fields, chosen: chosenInView(view), options: workspace.optionsFor({ view_id: view.id }), upload: workspace.keepFile });
    const act = (call) => notices.attempt(() => api.click({
      user: workspace.me.id, view_id: view.id, ...call, ...(fields.length ? { values: valuesOf(fields) } : {}),
    }));
    try {
      const node = h("div", null, blockNodes(view.blocks, ctx));
      if (before.id === view.id) carryOver(before.fields, fields);
      before = { id: view.id, fields };
      return node;
    } catch (error) {
      console.error("home not drawn", view, error);
      return h("p", { class: "not-shown" }, "This home could not be drawn.");
    }
  }

  function nothing() {
    return h("div", { class: "empty" }, h("p", { class: "empty-title" }, `${workspace.app.name} has not shown a home yet.`),
      h("p", null, refusal ?? "It appears here as soon as the app publishes one."));
  }

  let refusal = null;

  /** Tells the app that its home was opened; an app without one is no mistake of the person's. */
  async function open() {
    refusal = null;
    try {
      await api.openHome(workspace.me.id);
    } catch (error) {
      refusal = error.message;
    }
  }

  async function draw() {
    const person = workspace.me.id;
    const { view } = await api.home(person);
    if (person !== workspace.me.id) return;
    title.replaceChildren(avatar(workspace.app.name, true, "avatar-tiny"), workspace.app.name);
    const items = view ? [{ key: view.id, signature: JSON.stringify([view.blocks, person]), render: () => content(view) }]
      : [{ key: "none", signature: `${person} ${refusal}`, render: nothing }];
    reconcile(body, items);
  }

  return { node, open, draw };
}
