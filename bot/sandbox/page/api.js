/** Speaks the workspace's control interface: one function per thing a person can do. */

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The workspace does not answer. Is it still running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok || body.ok === false) {
    throw new Error(body.error ?? `The workspace answered ${response.status}.`);
  }
  return body;
}

const get = (path) => request(path);

function post(path, body) {
  return request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const part = encodeURIComponent;

export const api = {
  state: () => get("/sandbox/state"),
  messages: (channel, as) => get(`/sandbox/messages/${part(channel)}?as=${part(as)}`),
  views: (user) => get(`/sandbox/views/${part(user)}`),
  home: (user) => get(`/sandbox/home/${part(user)}`),
  command: (call) => post("/sandbox/command", call),
  message: (call) => post("/sandbox/message", call),
  click: (call) => post("/sandbox/click", call),
  submit: (call) => post("/sandbox/submit", call),
  close: (call) => post("/sandbox/close", call),
  shortcut: (call) => post("/sandbox/shortcut", call),
  openHome: (user) => post("/sandbox/open-home", { user }),
  openDm: (user) => post("/sandbox/open-dm", { user }),
  clock: (change) => post("/sandbox/clock", change),
  join: (user, channel) => post("/sandbox/join", { user, channel }),
  leave: (user, channel) => post("/sandbox/leave", { user, channel }),
};
