/** Shared by all tabs: holds one line to the workspace per person, however many tabs look through that person's eyes. */

// A browser opens six connections to one host, and the pages need some of them for their questions.
const MOST_LINES = 3;
const POLL_MS = 1000;
const AGAIN_MS = 1500;
const lines = new Map();

const tell = (line, word) => line.ports.forEach((port) => port.postMessage(word));

function listen(line) {
  line.source = new EventSource(`/sandbox/stream?as=${encodeURIComponent(line.person)}`);
  line.source.onopen = () => {
    line.open = true;
    tell(line, { open: true });
  };
  line.source.onmessage = ({ data }) => tell(line, { change: JSON.parse(data) });
  line.source.onerror = () => {
    line.open = false;
    tell(line, { open: false });
    // A refusal ends an event source for good; a broken connection it mends by itself.
    if (line.source.readyState === EventSource.CLOSED) line.timer = setTimeout(listen, AGAIN_MS, line);
  };
}

/** For whom there is no connection left: they look again and again. */
function poll(line) {
  line.open = true;
  line.timer = setInterval(() => tell(line, { change: { type: "look" } }), POLL_MS);
}

function lineOf(person) {
  if (lines.has(person)) return lines.get(person);
  const line = { person, ports: new Set(), open: false };
  const streaming = [...lines.values()].filter((one) => one.source).length;
  lines.set(person, line);
  if (streaming < MOST_LINES) listen(line);
  else poll(line);
  return line;
}

function leave(port) {
  for (const line of lines.values()) {
    line.ports.delete(port);
    if (line.ports.size) continue;
    line.source?.close();
    clearTimeout(line.timer);
    clearInterval(line.timer);
    lines.delete(line.person);
  }
}

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data: { person, tab } }) => {
    leave(port);
    const line = lineOf(person);
    line.ports.add(port);
    if (line.open) port.postMessage({ open: true });
    // A tab that is closed says nothing; it lets go of its lock instead.
    navigator.locks.request(tab, () => leave(port));
  };
};
