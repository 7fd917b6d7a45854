/** The address of what is on screen: ?as= says who is looking, the hash says at what. */

export const HOME = "app-home";
export const OUTSIDE = "leads-side";
const DIRECT = "@app";

/** "#leads-smb", "#leads-smb/1763981234.000100" (a thread), "#@app" (the direct message), "#app-home", "#leads-side". */
export function readRoute(workspace) {
  const [place, thread] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (place === HOME) return { view: "home" };
  if (place === OUTSIDE) return { view: "outside" };
  if (place === DIRECT) return { view: "channel", direct: true, thread };
  const channel = workspace.channelNamed(place) ?? workspace.channel(place);
  if (channel?.is_im) return { view: "channel", direct: true, thread };
  return channel ? { view: "channel", channel: channel.id, thread } : null;
}

export function hashOf(workspace, channel, thread) {
  const place = channel.is_im ? DIRECT : channel.name;
  return `#${place}${thread ? `/${thread}` : ""}`;
}

/** The first leads channel with something in it; failing that, the room everyone is in. */
export function firstChannel(workspace) {
  const mine = workspace.joined;
  return mine.find((channel) => channel.name.startsWith("leads") && channel.latest)
    ?? mine.find((channel) => channel.name === "general") ?? mine[0];
}

export const pinnedPerson = () => new URLSearchParams(location.search).get("as");

export function pinPerson(name) {
  const url = new URL(location.href);
  url.searchParams.set("as", name);
  history.replaceState(null, "", url);
}
