/* One socket that reconnects by itself. It knows nothing of conversations: frames in, frames out.

   const connection = new Connection({
     url: "wss://host/ws/visitor/",
     hello: () => ({ type: "hello", ... }),      // sent first on every socket; sayHello() sends it again
     onFrame: (frame) => {},                     // every frame but ping
     onState: ({ name, code, retryIn }) => {},   // "connecting" | "open" | "lost" (retryIn ms) | "ended" (code)
   });
   connection.open(); connection.send(frame) -> whether a socket was open; connection.close();

   "open" means that the server has answered, not only that TCP did. The last frame tells whether the connection lives,
   because browsers throttle the timers of hidden tabs but not message handlers. The `limits` of `welcome` say how often
   the server pings, after what silence each side takes the other for lost, and how many bytes a frame may have.

   A frame that is larger is not sent: it would end the connection. If it is a message, `onFrame` gets the `error` with
   which a server refuses one message alone. The same when a server has closed with 1009: the largest message that it
   has not answered on that socket was too large, and must not be sent again as it is. */

import { DEFAULT_LIMITS } from "./limits.js";

/** This module answers it; every other frame goes to `onFrame`. */
export const PING = "ping";
/** A ping may arrive this much later than the server intends. */
const LATE_MS = 5000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
/** After a connection that was open for so long, the next retry is the first again. A greeting alone proves nothing. */
const STEADY_MS = 30_000;
const TOO_BIG = 1009;

const frameBytes = (frame) => new TextEncoder().encode(JSON.stringify(frame)).length;

/** Milliseconds before the n-th retry (from 0): doubles, bounded, random so that a thousand browsers do not return at
    once. */
export function delayBefore(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.round(ceiling * (0.5 + random() / 2));
}

/** 4050-4099: signed out, replaced: reconnecting is useless. After every other code, reconnect with `after`. */
export function mayReturn(code) {
  return !(code >= 4050 && code <= 4099);
}

export class Connection {
  #options;
  #world;
  #socket = null;
  #attempt = 0;
  #heardAt = 0;
  #retry = 0;
  #silence = 0;
  #watching = null;
  #openedAt = 0;
  #limits = DEFAULT_LIMITS;
  /** The messages that were sent on this socket and not answered: client id -> {frame, size}. */
  #unanswered = new Map();
  state = "ended";

  /** `world` replaces the browser in tests: WebSocket, setTimeout, clearTimeout, now, random, events. */
  constructor(options, world = {}) {
    this.#options = options;
    this.#world = {
      WebSocket: globalThis.WebSocket,
      now: () => Date.now(),
      random: Math.random,
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (id) => globalThis.clearTimeout(id),
      queueMicrotask: (then) => globalThis.queueMicrotask(then),
      events: globalThis,
      ...world,
    };
  }

  open() {
    if (this.#watching) return;
    const wake = () => this.#wake();
    // Without a network, a socket reports nothing until a long silence.
    const cut = () => this.#socket && this.#lost(4000);
    const { events } = this.#world;
    const listeners = [
      ["online", events, wake],
      ["pageshow", events, wake],
      ["visibilitychange", events.document, wake],
      ["offline", events, cut],
    ];
    for (const [name, target, then] of listeners) target?.addEventListener?.(name, then);
    this.#watching = () => listeners.forEach(([name, target, then]) => target?.removeEventListener?.(name, then));
    this.#connect();
  }

  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    const size = frameBytes(frame);
    if (frame.client_id) this.#unanswered.set(frame.client_id, { frame, size });
    // Refused later, as by a server: whoever sends it has not noted yet that it is under way.
    if (size > this.#limits.frame) frame.client_id && this.#world.queueMicrotask(() => this.#refuseLargest());
    else this.#socket.send(JSON.stringify(frame));
    return true;
  }

  sayHello() {
    return this.send(this.#options.hello());
  }

  /** Drops the socket and opens another at once. */
  reconnect() {
    if (!this.#watching) return;
    this.#drop();
    this.#connect();
  }

  close() {
    if (this.#watching) this.#end(1000);
  }

  #connect() {
    this.#world.clearTimeout(this.#retry);
    this.#tell("connecting");
    this.#unanswered.clear();
    const socket = (this.#socket = new this.#world.WebSocket(this.#options.url));
    this.#heard();
    socket.onopen = () => socket === this.#socket && this.sayHello();
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(data);
    socket.onclose = ({ code }) => socket === this.#socket && this.#lost(code);
  }

  #receive(data) {
    const frame = JSON.parse(data);
    this.#limits = { ...this.#limits, ...frame.limits };
    this.#heard();
    if (frame.type === PING) return void this.send({ type: "pong" });
    if (frame.type === "message" || frame.type === "note" || frame.type === "error")
      this.#unanswered.delete(frame.client_id);
    if (this.state !== "open") {
      this.#openedAt = this.#world.now();
      this.#tell("open");
    }
    this.#options.onFrame(frame);
  }

  /** The error that a server sends for one message that is too long. */
  #refuseLargest() {
    const [largest] = [...this.#unanswered.values()].sort((a, b) => b.size - a.size);
    if (!largest) return;
    const { client_id: clientId, conversation = null } = largest.frame;
    this.#unanswered.delete(clientId);
    const error = { code: "too_long", detail: "", client_id: clientId, retry_after_s: null, conversation };
    this.#options.onFrame({ type: "error", ...error });
  }

  #heard() {
    this.#heardAt = this.#world.now();
    this.#world.clearTimeout(this.#silence);
    this.#silence = this.#world.setTimeout(() => this.#lost(4000), this.#limits.silence_s * 1000);
  }

  #lost(code) {
    this.#drop();
    if (!mayReturn(code)) return this.#end(code);
    if (this.state === "open" && this.#world.now() - this.#openedAt >= STEADY_MS) this.#attempt = 0;
    const retryIn = delayBefore(this.#attempt++, this.#world.random);
    this.#retry = this.#world.setTimeout(() => this.#connect(), retryIn);
    this.#tell("lost", { code, retryIn });
    if (code === TOO_BIG) this.#refuseLargest();
  }

  #end(code) {
    this.#drop();
    this.#world.clearTimeout(this.#retry);
    this.#watching?.();
    this.#watching = null;
    this.#tell("ended", { code });
  }

  /** Forgets the socket first: its late events must not touch the next one. */
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#world.clearTimeout(this.#silence);
    socket?.close(1000);
  }

  /** The network or the person is back: a socket that missed a ping is not trusted, a planned retry happens now. */
  #wake() {
    if (this.#world.events.document?.visibilityState === "hidden") return;
    const stale = this.#world.now() - this.#heardAt > this.#limits.ping_s * 1000 + LATE_MS;
    if (this.state === "lost" || stale) this.reconnect();
  }

  #tell(name, more = {}) {
    this.state = name;
    this.#options.onState?.({ name, ...more });
  }
}
