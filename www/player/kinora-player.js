// <kinora-player src | recipe>: a clip on any page. Attributes in, events out, `api(1)` for scripts; loads only what it shows.
//
// src       a clip's page on a relay (…/c/<id>): a button, replaced by a frame on click; or a video file: played in place
// recipe    a recipe, as in a link (r=…): a button, replaced by the studio on click, which generates the clip on the viewer's machine
// studio    URL of the studio for `recipe` (default: the page's origin)
// poster, captions (WebVTT), label (the title), remix (an address), loop, muted
//
// Events: ready, play, pause, timeupdate, ended, error. For ::part(): frame and button.

const CONTEXT = "player.js";
const EVENTS = ["play", "pause", "timeupdate", "ended", "error"];
const STYLE = `
:host{display:block;width:100%;max-width:30rem;font:400 .875rem/1.4 system-ui,sans-serif;color:#eaf0ef;background:#101314;border-radius:10px;overflow:hidden}
:host([hidden]){display:none}
.frame{position:relative;display:grid;aspect-ratio:var(--kinora-ratio,1);background:#000 center/contain no-repeat}
.frame>*{grid-area:1/1;width:100%;height:100%;border:0;min-width:0;min-height:0}
.frame>p{place-self:center;height:auto}
img,video{object-fit:contain;display:block}
button{z-index:1;background:none;color:inherit;font:inherit;cursor:pointer;display:grid;place-items:center;padding:1rem}
button span{background:#c9341a;color:#fff;border-radius:99px;padding:.6em 1.2em;font-weight:600;max-width:100%}
button:hover span{background:#a92a14}
button:focus-visible{outline:3px solid #ff7f60;outline-offset:-3px}
.label{display:flex;flex-wrap:wrap;gap:.2em .8em;padding:.5em .8em;margin:0}
.label b{flex:1 1 8em;min-width:0;overflow-wrap:anywhere;font-weight:500}
a{color:#ff7f60}`;

class KinoraPlayer extends HTMLElement {
  static observedAttributes = ["src", "recipe", "poster", "captions", "label", "remix", "studio", "loop", "muted"];
  #inner = new Inner(this);
  #due = false;

  connectedCallback() {
    this.attributeChangedCallback();
  }

  disconnectedCallback() {
    this.#inner.stop();
  }

  attributeChangedCallback() {
    if (this.#due) return;
    this.#due = true;
    // Several attributes at once are one change.
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) this.#inner.draw();
    });
  }

  /** Returns the scripting interface of a version; 1 is the only one. */
  api(version) {
    if (version !== 1) throw new RangeError(`kinora-player has no api(${version}); use api(1)`);
    return this.#inner.api;
  }
}

/** The implementation, hidden from the page. */
class Inner {
  #host;
  #root;
  #media = null;
  #frame = null;
  #origin = "";
  #connected = false;
  #state = { paused: true, muted: false, currentTime: 0, duration: NaN };
  #listener = (event) => this.#onMessage(event);

  constructor(host) {
    this.#host = host;
    this.#root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    const inner = this;
    this.api = Object.freeze({
      version: 1,
      play: () => inner.#play(),
      pause: () => inner.#control("pause"),
      seek: (seconds) => Number.isFinite(seconds) && inner.#control("setCurrentTime", seconds),
      mute: (muted = true) => inner.#control(muted ? "mute" : "unmute"),
      fullscreen: () => host.requestFullscreen(),
      get paused() { return inner.#current("paused"); },
      get muted() { return inner.#current("muted"); },
      get currentTime() { return inner.#current("currentTime"); },
      get duration() { return inner.#current("duration"); },
    });
  }

  stop() {
    removeEventListener("message", this.#listener);
    this.#media?.pause();
    this.#media = this.#frame = null;
  }

  draw() {
    this.stop();
    const host = this.#host;
    const source = address(host.getAttribute("src"));
    const recipe = /^#?(r=[\w-]{1,4094})$/.exec(host.getAttribute("recipe") ?? "")?.[1];
    const page = source && /^(.*)\/(?:c|embed)\/([0-9a-z]+)$/.exec(source.origin + source.pathname);
    const frame = make("div", { className: "frame", part: "frame" });
    const poster = address(host.getAttribute("poster"));
    if (source && !page) this.#addVideo(frame, source, poster);
    else if (page) this.#addButton(frame, poster, "Play", `${page[1]}/embed/${page[2]}`, "");
    else if (recipe) {
      const studio = address(host.getAttribute("studio") ?? location.origin);
      this.#addButton(frame, poster, "Generate this clip here", studio && new URL("/r", studio).href, `#${recipe}`);
    } else frame.append(make("p", { className: "label", textContent: "Nothing to play: the address is missing or invalid." }));
    this.#root.replaceChildren(frame, this.#label());
    this.#dispatch("ready");
  }

  /** Builds the label under the video. It always says that AI made the clip. */
  #label() {
    const host = this.#host;
    const label = make("p", { className: "label" });
    label.append(make("b", { textContent: host.getAttribute("label") ?? "" }), make("span", { textContent: "Made by AI" }));
    const remix = address(host.getAttribute("remix"));
    if (remix) label.append(make("a", { href: remix.href, target: "_blank", rel: "noopener", textContent: "Remix" }));
    return label;
  }

  /** Adds a video element. */
  #addVideo(frame, source, poster) {
    const host = this.#host;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const video = make("video", { src: source.href, controls: true, playsInline: true, preload: "none", muted: host.hasAttribute("muted") });
    video.loop = host.hasAttribute("loop") && !still;
    if (poster) video.poster = poster.href;
    const captions = address(host.getAttribute("captions"));
    if (captions) {
      video.crossOrigin = "anonymous";
      video.append(make("track", { kind: "captions", src: captions.href, srclang: "en", label: "Captions", default: true }));
    }
    for (const name of EVENTS) video.addEventListener(name, () => this.#dispatch(name));
    keys(video, frame);
    this.#media = video;
    frame.append(video);
  }

  /** Adds a button that a frame replaces on click. */
  #addButton(frame, poster, text, target, fragment) {
    const title = this.#host.getAttribute("label") || "Clip made by AI";
    if (poster) frame.append(make("img", { src: poster.href, alt: "", loading: "lazy", decoding: "async" }));
    const button = make("button", { type: "button", part: "button", disabled: !target });
    button.setAttribute("aria-label", `${text}: ${title}`);
    button.append(make("span", { textContent: text }));
    button.onclick = () => {
      const inner = make("iframe", { title, allow: "autoplay; fullscreen; picture-in-picture", referrerPolicy: "strict-origin-when-cross-origin" });
      this.#origin = new URL(target).origin;
      // On the page's own origin, allow-scripts with allow-same-origin would defeat the sandbox.
      if (this.#origin !== location.origin) inner.sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads";
      inner.src = target + fragment;
      this.#frame = inner;
      this.#connected = false;
      addEventListener("message", this.#listener);
      frame.replaceChildren(inner);
      // A relay's page in the frame has its own label.
      if (!fragment) frame.nextSibling.remove();
      inner.focus();
    };
    frame.append(button);
  }

  #play() {
    if (this.#media) return this.#media.play();
    if (this.#frame) return this.#control("play");
    this.#root.querySelector("button")?.click();
  }

  /** Controls the video, here or in the frame. */
  #control(method, value) {
    const video = this.#media;
    if (this.#frame) this.#frame.contentWindow?.postMessage(JSON.stringify({ context: CONTEXT, version: "0.0.11", method, value }), this.#origin);
    else if (!video) return;
    else if (method === "setCurrentTime") video.currentTime = value;
    else if (method === "pause") video.pause();
    else video.muted = method === "mute";
    if (this.#frame && method.endsWith("mute")) this.#state.muted = method === "mute";
  }

  #onMessage({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin) return;
    const message = read(data);
    if (message?.event === "ready" && !this.#connected) {
      this.#connected = true;
      for (const value of EVENTS) this.#control("addEventListener", value);
      // Only after the listeners, so that the first event arrives.
      this.#control("play");
    }
    if (!EVENTS.includes(message?.event)) return;
    const { event, value } = message;
    if (event === "timeupdate" && Number.isFinite(value?.seconds)) Object.assign(this.#state, { currentTime: value.seconds, duration: Number(value.duration) });
    if (event === "play" || event === "pause" || event === "ended") this.#state.paused = event !== "play";
    this.#dispatch(event);
  }

  #current(name) {
    return (this.#media ?? this.#state)[name];
  }

  #dispatch(name) {
    this.#host.dispatchEvent(new CustomEvent(name, { detail: { currentTime: this.#current("currentTime"), duration: this.#current("duration") } }));
  }
}

/** Parses a message of the player.js protocol; returns null for anything else. */
export function read(data) {
  if (typeof data !== "string" || data.length > 2000 || !data.includes(CONTEXT)) return null;
  try {
    const message = JSON.parse(data);
    return message?.context === CONTEXT ? message : null;
  } catch {
    return null;
  }
}

/** Adds keyboard shortcuts to a video while `area` has the focus. The browser's own controls keep their keys. */
export function keys(video, area) {
  const moves = { ArrowLeft: -1, ArrowRight: 1 };
  const actions = {
    " ": () => (video.paused ? video.play() : video.pause()),
    k: () => (video.paused ? video.play() : video.pause()),
    m: () => (video.muted = !video.muted),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen()),
    i: () => (document.pictureInPictureElement ? document.exitPictureInPicture() : video.requestPictureInPicture?.()),
    c: () => {
      for (const track of video.textTracks) track.mode = track.mode === "showing" ? "hidden" : "showing";
    },
  };
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const path = event.composedPath();
    if (path[0].matches?.("a, button, input, textarea") || (path.includes(video) && /^( |Arrow)/.test(event.key))) return;
    const action = actions[event.key] ?? (event.key in moves && (() => (video.currentTime += moves[event.key])));
    if (!action) return;
    event.preventDefault();
    Promise.resolve(action()).catch(() => {});
  });
}

function make(name, properties) {
  const element = Object.assign(document.createElement(name), properties);
  if (properties.part) element.setAttribute("part", properties.part);
  return element;
}

/** Parses an http(s) URL; returns null for others, such as javascript: and data:. */
function address(text) {
  try {
    const url = new URL(text ?? "", document.baseURI);
    return text && /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

if (!customElements.get("kinora-player")) customElements.define("kinora-player", KinoraPlayer);
