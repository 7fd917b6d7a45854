// A small bot that uses nothing but Slack's official packages, as an outsider would write it.
import bolt from "@slack/bolt";
import { WebClient } from "@slack/web-api";

const { App } = bolt;
const { SLACK_API_URL: slackApiUrl, SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: appToken } = process.env;
const app = new App({ token, appToken, socketMode: true, clientOptions: { slackApiUrl } });
const plain = (text) => ({ type: "plain_text", text });

app.command("/lead", async ({ ack, command, client }) => {
  await ack(`Adding ${command.text}`);
  await client.chat.postMessage({
    channel: command.channel_id,
    text: `New lead: ${command.text}`,
    blocks: [
      { type: "header", text: plain(command.text) },
      {
        type: "actions",
        block_id: "row",
        elements: [
          { type: "button", action_id: "claim", text: plain("Claim"), value: command.text },
          { type: "button", action_id: "edit", text: plain("Edit"), value: command.text },
        ],
      },
    ],
  });
});

app.action("claim", async ({ ack, body, client, respond }) => {
  await ack();
  const name = body.actions[0].value;
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `${name} is claimed by <@${body.user.id}>` });
  await respond({ text: "It is yours.", replace_original: false });
});

app.action("edit", async ({ ack, body, client }) => {
  await ack();
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: "modal",
      callback_id: "edited",
      private_metadata: JSON.stringify({ channel: body.channel.id, ts: body.message.ts }),
      title: plain("Edit"),
      submit: plain("Save"),
      blocks: [
        { type: "input", block_id: "name", label: plain("Name"), element: { type: "plain_text_input", action_id: "value" } },
      ],
    },
  });
});

app.view("edited", async ({ ack, view, client }) => {
  const name = view.state.values.name.value.value;
  if (name.length < 3) {
    await ack({ response_action: "errors", errors: { name: "Too short." } });
    return;
  }
  await ack();
  const { channel, ts } = JSON.parse(view.private_metadata);
  await client.chat.update({ channel, ts, text: `Now called ${name}` });
  await client.filesUploadV2({ channel_id: channel, thread_ts: ts, filename: "lead.csv", content: `name\n${name}\n`, title: "Lead" });
});

app.event("app_home_opened", async ({ event, client }) => {
  const blocks = [{ type: "section", text: plain("Welcome from JavaScript") }];
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks } });
});

const web = new WebClient(token, { slackApiUrl });
const { user_id: me } = await web.auth.test();
await app.start();
process.stdout.write(`listening as ${me}\n`);
process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});
