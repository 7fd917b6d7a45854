/** Listens to the workspace's live changes and turns each into the smallest refetch that shows it. */
import { createLine } from "./line.js";

const SOON_MS = 30;

/** Many changes of one kind in a moment become one refetch. */
function gather(work) {
  const waiting = new Map();
  return (key) => {
    if (waiting.has(key)) return;
    waiting.set(key, setTimeout(() => {
      waiting.delete(key);
      work(key);
    }, SOON_MS));
  };
}

export function listen(workspace, { onMessage, onView, onHome, onNotice, onPost, onReopen, onLook }) {
  const message = gather(onMessage);
  const reload = gather(() => workspace.reload());
  const heard = {
    message: (change) => {
      if (!workspace.channel(change.channel)) reload("state");
      message(change.channel);
    },
    message_deleted: (change) => message(change.channel),
    view: gather(onView).bind(null, "view"),
    home: gather(onHome).bind(null, "home"),
    post: gather(onPost).bind(null, "post"),
    clock: () => reload("state"),
    channels: () => reload("state"),
    notice: (change) => onNotice(change.text),
  };

  let wasUp = false;
  const line = createLine(({ open, change }) => {
    if (change?.type === "look") onLook();
    else if (change && Object.hasOwn(heard, change.type)) heard[change.type](change);
    if (open === undefined) return;
    // Whatever was said while the line was down, or before it was up for the first time, has to be fetched.
    if (open && !workspace.connected) onReopen();
    else if (open && !wasUp) onLook();
    wasUp ||= open;
    setConnected(open);
  });

  function setConnected(connected) {
    if (workspace.connected === connected) return;
    workspace.connected = connected;
    workspace.tell("connection");
  }

  return {
    connect() {
      wasUp = false;
      line.connect(workspace.me.id);
    },
  };
}
