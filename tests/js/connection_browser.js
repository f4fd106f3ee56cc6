/* The browser of a Connection in tests: its clock, its network and its window. */

import { Connection } from "../../chat/static/chat/connection.js";
import { LIMITS, visitorFrames } from "./frames.js";

export const SILENCE_MS = LIMITS.silence_s * 1000;
export const welcome = (limits = {}) => visitorFrames.welcome({ limits: { ...LIMITS, ...limits } });

/** A browser whose clock, network and window are in the test's hands. */
export function world() {
  const timers = new Map();
  const sockets = [];
  const listeners = new Map();
  let clock = 0,
    ids = 0;
  class FakeSocket {
    readyState = 0;
    sent = [];
    constructor(url) {
      this.url = url;
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.readyState = 3;
    }
    accept() {
      this.readyState = 1;
      this.onopen();
    }
    say(frame) {
      this.onmessage({ data: JSON.stringify(frame) });
    }
    fail(code = 1006) {
      this.readyState = 3;
      this.onclose({ code });
    }
  }
  const target = {
    addEventListener: (name, fn) => listeners.set(name, fn),
    removeEventListener: (name) => listeners.delete(name),
  };
  return {
    sockets,
    timers,
    listeners,
    get last() {
      return sockets.at(-1);
    },
    happen: (name) => listeners.get(name)?.(),
    pass(ms) {
      const until = clock + ms;
      for (;;) {
        const due = [...timers].filter(([, t]) => t.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) break;
        timers.delete(due[0]);
        clock = due[1].at;
        due[1].fn();
      }
      clock = until;
    },
    sleep(ms) {
      clock += ms;
    },
    for: {
      WebSocket: FakeSocket,
      random: () => 1,
      now: () => clock,
      setTimeout: (fn, ms) => {
        timers.set(++ids, { fn, at: clock + ms });
        return ids;
      },
      clearTimeout: (id) => timers.delete(id),
      events: { ...target, document: { ...target, visibilityState: "visible" } },
    },
  };
}

export function connect(browser) {
  const frames = [],
    states = [];
  const connection = new Connection(
    {
      url: "ws://test/ws/visitor/",
      hello: () => ({ type: "hello" }),
      onFrame: (frame) => frames.push(frame),
      onState: (state) => states.push(state.name),
    },
    browser.for,
  );
  connection.open();
  return { connection, frames, states };
}
