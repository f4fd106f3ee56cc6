import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../../chat/static/chat/connection.js";
import { LIMITS, visitorFrames } from "./frames.js";

const SILENCE_MS = LIMITS.silence_s * 1000;
const welcome = (limits = {}) => visitorFrames.welcome({ limits: { ...LIMITS, ...limits } });

/** A browser whose clock, network and window are in the test's hands. */
function world() {
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

function connect(browser) {
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

const say = (id, body) => ({ type: "say", client_id: id, body });

test("a message that is larger than a frame may be fails alone, and the next is sent on this socket", async () => {
  const browser = world();
  const { connection, frames } = connect(browser);
  browser.last.accept();
  browser.last.say(welcome());
  assert.equal(connection.send(say("a", "\u0001".repeat(3000))), true);
  await Promise.resolve();
  assert.deepEqual(frames.at(-1), {
    type: "error",
    code: "too_long",
    detail: "",
    client_id: "a",
    retry_after_s: null,
    conversation: null,
  });
  connection.send(say("b", "après"));
  assert.deepEqual(browser.last.sent.slice(1), [say("b", "après")]);
  assert.equal(browser.sockets.length, 1);
});

test("after 1009 the message that was not answered is refused, not sent again", () => {
  const browser = world();
  const { connection, frames } = connect(browser);
  browser.last.accept();
  browser.last.say(welcome());
  connection.send(say("a", "trop long pour un serveur d'avant"));
  browser.last.fail(1009);
  assert.deepEqual([frames.at(-1).code, frames.at(-1).client_id], ["too_long", "a"]);
});

test("a server that greets and closes at once is asked less and less often", () => {
  const browser = world();
  connect(browser);
  for (const ms of [500, 1000, 2000, 4000]) {
    browser.last.accept();
    browser.last.say(welcome());
    browser.last.fail();
    const before = browser.sockets.length;
    browser.pass(ms - 1);
    assert.equal(browser.sockets.length, before);
    browser.pass(1);
    assert.equal(browser.sockets.length, before + 1);
  }
});
