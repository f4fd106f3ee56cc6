/* One socket that comes back by itself. Knows nothing of conversations: frames in, frames out.

   const connection = new Connection({
     url: "wss://host/ws/visitor/",
     hello: () => ({ type: "hello", ... }),      // said first on every socket; say again with sayHello()
     onFrame: (frame) => {},                     // every frame but ping
     onState: ({ name, code, retryIn }) => {},   // "connecting" | "open" | "lost" (retryIn ms) | "ended" (code)
   });
   connection.open(); connection.send(frame) -> was it handed to an open socket; connection.close();

   "open" means that the server has answered, not only that TCP did. Liveness is counted from frames, because
   timers of hidden tabs are throttled while message handlers are not. How often the server pings, and what silence it
   takes for a loss, come with the `limits` of `welcome`. */

import { DEFAULT_LIMITS } from "./limits.js";

/** Answered here; every other frame is handed on. */
export const PING = "ping";
/** A ping may come this much later than the server means it to. */
const LATE_MS = 5000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/** Milliseconds before the n-th retry (from 0): doubles, bounded, spread so that a thousand browsers do not return at
    once. */
export function delayBefore(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.round(ceiling * (0.5 + random() / 2));
}

/** 4050-4099: signed out, replaced: coming back is useless. Every other code means come back with `after`. */
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
  #limits = DEFAULT_LIMITS;
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
      events: globalThis,
      ...world,
    };
  }

  open() {
    if (this.#watching) return;
    const wake = () => this.#wake();
    // Without a network no socket says so by itself before a silence that takes long.
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
    this.#socket.send(JSON.stringify(frame));
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
    this.#attempt = 0;
    if (this.state !== "open") this.#tell("open");
    this.#options.onFrame(frame);
  }

  #heard() {
    this.#heardAt = this.#world.now();
    this.#world.clearTimeout(this.#silence);
    this.#silence = this.#world.setTimeout(() => this.#lost(4000), this.#limits.silence_s * 1000);
  }

  #lost(code) {
    this.#drop();
    if (!mayReturn(code)) return this.#end(code);
    const retryIn = delayBefore(this.#attempt++, this.#world.random);
    this.#retry = this.#world.setTimeout(() => this.#connect(), retryIn);
    this.#tell("lost", { code, retryIn });
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
