/** The live line to the workspace: shared with the other tabs where the browser can do that, else one of its own. */

function shared(onWord) {
  const worker = new SharedWorker("/page/streamworker.js");
  const tab = `tab-${crypto.randomUUID()}`;
  const held = new Promise((resolve) => {
    navigator.locks.request(tab, () => {
      resolve();
      return new Promise(() => {});
    });
  });
  worker.port.onmessage = ({ data }) => onWord(data);
  return { worker, connect: (person) => held.then(() => worker.port.postMessage({ person, tab })) };
}

function single(onWord) {
  let source = null;
  return {
    connect(person) {
      source?.close();
      source = new EventSource(`/sandbox/stream?as=${encodeURIComponent(person)}`);
      source.onopen = () => onWord({ open: true });
      source.onerror = () => onWord({ open: false });
      source.onmessage = ({ data }) => onWord({ change: JSON.parse(data) });
    },
  };
}

/** onWord hears {open} when the line comes up or goes down, and {change} for every change. */
export function createLine(onWord) {
  if (!globalThis.SharedWorker || !navigator.locks) return single(onWord);
  let person = null;
  let line = shared(onWord);
  line.worker.onerror = () => {
    line = single(onWord);
    if (person) line.connect(person);
  };
  return {
    connect(wanted) {
      person = wanted;
      line.connect(wanted);
    },
  };
}
