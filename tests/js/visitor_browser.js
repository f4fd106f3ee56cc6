/* A visitor's browser without a browser: its storage outlives a reload, its clock and its network obey the test. What
   the server says and what the session sends are checked against the protocol. */

import { fromVisitor, toVisitor, visitorFrames } from "./frames.js";
import { served } from "./served.js";

const { VisitorSession } = await served("widget/visitor_session.js");

export const WELCOME = visitorFrames.welcome();
export const WAITING = visitorFrames.waiting();
export const JOINED = visitorFrames.joined();
export const GAVE_UP = visitorFrames.closed({ reason: "visitor_left", outcome: "abandoned" });
export const RESUMED = visitorFrames.resumed();

/** Seals nothing: what the session does is tried without ciphers; sealing.test.js tries them. */
function plainSealing({ kept = null }) {
  return {
    sealed: kept,
    prepare() {},
    split: (text) => [text],
    opened(frame) {
      if (frame.type !== "resumed" || !kept) return frame;
      const restored = JSON.parse(kept);
      kept = null;
      return { ...frame, restored };
    },
    seal: ({ body }) => body,
    async keep(unsent) {
      this.sealed = JSON.stringify(unsent);
      return true;
    },
  };
}

export function browser() {
  const kept = { value: null, ever: [] };
  const timers = new Map();
  const sockets = [];
  const events = new EventTarget();
  let clock = 1_000_000;
  let ids = 0;
  class FakeSocket {
    readyState = 0;
    sent = [];
    constructor() {
      sockets.push(this);
    }
    send(text) {
      this.sent.push(fromVisitor(JSON.parse(text)));
    }
    close() {
      this.readyState = 3;
    }
    accept() {
      this.readyState = 1;
      this.onopen();
      return this;
    }
    say(...frames) {
      for (const frame of frames) this.onmessage({ data: JSON.stringify(toVisitor(frame)) });
    }
    fail(code = 1006) {
      this.readyState = 3;
      this.onclose({ code });
    }
    frames(type) {
      return this.sent.filter((frame) => frame.type === type);
    }
  }
  return {
    kept,
    events,
    get socket() {
      return sockets.at(-1);
    },
    get now() {
      return clock;
    },
    pass(ms) {
      const until = clock + ms;
      for (;;) {
        const [id, due] =
          [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
        if (!due) break;
        timers.delete(id);
        clock = due.at;
        due.fn();
      }
      clock = until;
    },
    /** The clock goes on, timers do not. */
    sleep(ms) {
      clock += ms;
      for (const timer of timers.values()) timer.at += ms;
    },
    session(options = {}) {
      const store = {
        lasting: true,
        load: () => (kept.value ? JSON.parse(kept.value) : null),
        save: (session) => {
          kept.value = JSON.stringify(session);
          kept.ever.push(kept.value);
        },
        clear: () => {
          kept.value = null;
        },
      };
      const session = new VisitorSession({
        url: "ws://test",
        site: "demo",
        lang: "fr",
        store,
        makeSealing: plainSealing,
        ...options,
        world: {
          WebSocket: FakeSocket,
          random: () => 1,
          now: () => clock,
          events,
          setTimeout: (fn, ms) => {
            timers.set(++ids, { fn, at: clock + ms });
            return ids;
          },
          clearTimeout: (id) => timers.delete(id),
        },
      });
      session.open();
      this.socket.accept();
      return session;
    },
  };
}

/** One's own message as it comes back. */
export const echo = ({ client_id, body }, seq, epoch = 1) =>
  visitorFrames.message({ author: "visitor", alias: null, client_id, body, seq, epoch });

export const answer = (seq, { body = `réponse ${seq}`, ...more } = {}) => visitorFrames.message({ seq, body, ...more });

/** Everything is opened, shown, sealed anew and sent. */
export async function settled(session) {
  while (session.frames.last) await session.frames.last;
  await session.sending;
  await session.saving;
}

export function talking(here = browser()) {
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING, JOINED);
  return { here, session };
}
