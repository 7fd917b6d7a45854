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

/** A file's bytes as text that fits into JSON. */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error(`${file.name} could not be read.`));
    reader.readAsDataURL(file);
  });
}

export const api = {
  state: () => get("/sandbox/state"),
  messages: (channel, as, since) => get(`/sandbox/messages/${part(channel)}?as=${part(as)}&ephemeral_since=${since}`),
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
  options: (call) => post("/sandbox/options", call),
  upload: async (call, file) => post("/sandbox/upload", { ...call, content: await base64(file) }),
  react: (call) => post("/sandbox/react", call),
  post: () => get("/sandbox/post"),
  outside: (what, call) => post(`/sandbox/${what}`, call),
  log: (since, last) => get(`/sandbox/log?since=${since}&last=${last}`),
  faults: () => get("/sandbox/faults"),
  addFault: (call) => post("/sandbox/faults", call),
  clearFaults: () => request("/sandbox/faults", { method: "DELETE" }),
  disconnect: (reason) => post("/sandbox/disconnect", { reason }),
  leave: (user, channel) => post("/sandbox/leave", { user, channel }),
};
