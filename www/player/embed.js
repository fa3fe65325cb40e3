// The embed page: handles player.js messages of the surrounding page and ignores others.

import { keys, read } from "./kinora-player.js";

const video = document.querySelector("video");
const EVENTS = ["ready", "play", "pause", "timeupdate", "progress", "seeked", "ended", "error"];
/** Messages handled per second; more are dropped. */
const PER_SECOND = 100;
const number = (value, low, high) => typeof value === "number" && value >= low && value <= high;

const METHODS = {
  play: () => void video.play().catch(() => {}),
  pause: () => video.pause(),
  mute: () => void (video.muted = true),
  unmute: () => void (video.muted = false),
  setVolume: (value) => void (number(value, 0, 100) && (video.volume = value / 100)),
  setCurrentTime: (value) => void (number(value, 0, 1e6) && (video.currentTime = value)),
  setLoop: (value) => void (typeof value === "boolean" && (video.loop = value)),
  getPaused: () => video.paused,
  getMuted: () => video.muted,
  getVolume: () => video.volume * 100,
  getDuration: () => video.duration || 0,
  getCurrentTime: () => video.currentTime,
  getLoop: () => video.loop,
};
/** Event → its listeners, by origin and name. */
const listeners = new Map(EVENTS.map((event) => [event, new Map()]));
let left = PER_SECOND;
setInterval(() => (left = PER_SECOND), 1000);

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || parent === window || left <= 0) return;
  left -= 1;
  const message = read(data);
  if (!message || typeof message.method !== "string") return;
  const { method, value } = message;
  const listener = typeof message.listener === "string" ? message.listener.slice(0, 100) : undefined;
  if (method === "addEventListener" || method === "removeEventListener") return listen(method, value, listener, origin);
  if (!Object.hasOwn(METHODS, method)) return;
  const answer = METHODS[method](value);
  if (answer !== undefined) post(origin, { event: method, value: answer, listener });
});

function listen(method, event, listener, origin) {
  const added = listeners.get(event);
  const name = `${origin} ${listener ?? ""}`;
  if (method === "removeEventListener") added?.delete(name);
  else if (added?.size < 16) {
    added.set(name, { origin, listener });
    if (event === "ready") post(origin, { ...ready, listener });
  }
}

function post(origin, message) {
  // A sandboxed page has the origin "null", which is not a valid target.
  parent.postMessage(JSON.stringify({ context: "player.js", version: "0.0.11", ...message }), origin === "null" ? "*" : origin);
}

for (const event of EVENTS.slice(1)) {
  video.addEventListener(event, () => {
    const value = event === "timeupdate" ? { seconds: video.currentTime, duration: video.duration || 0 } : undefined;
    for (const { origin, listener } of listeners.get(event).values()) post(origin, { event, value, listener });
  });
}

keys(video, document);
const names = [...Object.keys(METHODS), "addEventListener", "removeEventListener"];
const ready = { event: "ready", value: { src: location.href, events: EVENTS, methods: names } };
if (parent !== window) post("*", ready);
