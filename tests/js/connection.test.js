import assert from "node:assert/strict";
import { test } from "node:test";
import { delayBefore, mayReturn } from "../../chat/static/chat/connection.js";
import { SILENCE_MS, connect, welcome, world } from "./connection_browser.js";

test("hello is the first frame on every socket", () => {
  const browser = world();
  connect(browser);
  browser.last.accept();
  browser.last.fail();
  browser.pass(500);
  browser.last.accept();
  assert.equal(browser.sockets.length, 2);
  for (const socket of browser.sockets) assert.deepEqual(socket.sent, [{ type: "hello" }]);
});

test("a connection is open only when the server has answered", () => {
  const browser = world();
  const { states } = connect(browser);
  browser.last.accept();
  assert.deepEqual(states, ["connecting"]);
  browser.last.say(welcome());
  assert.deepEqual(states, ["connecting", "open"]);
});

test("a ping is answered and told to nobody", () => {
  const browser = world();
  const { frames } = connect(browser);
  browser.last.accept();
  browser.last.say({ type: "ping" });
  assert.deepEqual(browser.last.sent.at(-1), { type: "pong" });
  assert.deepEqual(frames, []);
});

test("nothing can be sent while the socket is not open, and the sender is told", () => {
  const browser = world();
  const { connection } = connect(browser);
  assert.equal(connection.send({ type: "say" }), false);
  browser.last.accept();
  assert.equal(connection.send({ type: "say" }), true);
  browser.last.fail();
  assert.equal(connection.send({ type: "say" }), false);
});

test("a silence of the length that the server tells is a lost peer", () => {
  const browser = world();
  const { states } = connect(browser);
  browser.last.accept();
  browser.last.say(welcome());
  browser.pass(SILENCE_MS - 1);
  browser.last.say({ type: "ping" });
  browser.pass(SILENCE_MS - 1);
  assert.equal(states.at(-1), "open");
  browser.pass(1);
  assert.equal(states.at(-1), "lost");
  assert.equal(browser.sockets[0].readyState, 3);
});

test("the server's settings of ping and silence hold from the first welcome on", () => {
  const browser = world();
  const { states } = connect(browser);
  browser.last.accept();
  browser.pass(SILENCE_MS - 1);
  browser.last.say(welcome({ ping_s: 60, silence_s: 120 }));
  browser.pass(60_000);
  browser.happen("visibilitychange");
  assert.equal(browser.sockets.length, 1);
  browser.pass(59_999);
  assert.equal(states.at(-1), "open");
  browser.pass(1);
  assert.equal(states.at(-1), "lost");
});

test("each failed attempt waits longer, until one that lasts starts the count anew", () => {
  const browser = world();
  connect(browser);
  const waits = [];
  for (let i = 0; i < 8; i += 1) {
    const before = browser.for.now();
    browser.last.fail();
    const [timer] = [...browser.timers.values()];
    waits.push(timer.at - before);
    browser.pass(timer.at - before);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
  browser.last.accept();
  browser.last.say(welcome());
  browser.sleep(30_000);
  browser.last.fail();
  assert.equal([...browser.timers.values()][0].at - browser.for.now(), 500);
});

test("retries of many browsers are spread", () => {
  assert.equal(
    delayBefore(3, () => 0),
    2000,
  );
  assert.equal(
    delayBefore(3, () => 1),
    4000,
  );
});

test("signed out or replaced ends it; every other code comes back", () => {
  for (const code of [4050, 4099]) assert.equal(mayReturn(code), false);
  for (const code of [1000, 1006, 1008, 1009, 4000, 4049, 4100]) assert.equal(mayReturn(code), true);
  const browser = world();
  const { states } = connect(browser);
  browser.last.fail(4050);
  browser.pass(120_000);
  browser.happen("online");
  assert.equal(states.at(-1), "ended");
  assert.equal(browser.sockets.length, 1);
});

for (const name of ["online", "pageshow", "visibilitychange"]) {
  test(`${name} makes a planned retry happen at once`, () => {
    const browser = world();
    connect(browser);
    for (let i = 0; i < 5; i += 1) {
      browser.last.fail();
      browser.pass(20_000);
    }
    browser.last.fail();
    const before = browser.sockets.length;
    browser.happen(name);
    assert.equal(browser.sockets.length, before + 1);
  });
}

test("a browser that says it is offline has lost its connection at once, not after a silence", () => {
  const browser = world();
  const { states } = connect(browser);
  browser.last.accept();
  browser.last.say(welcome());
  browser.happen("offline");
  assert.equal(states.at(-1), "lost");
  browser.happen("offline");
  assert.equal(browser.timers.size, 1);
  browser.happen("online");
  browser.last.accept();
  browser.last.say(welcome());
  assert.deepEqual([browser.sockets.length, states.at(-1)], [2, "open"]);
});

test("waking up keeps a lively socket and replaces one that missed a ping", () => {
  const browser = world();
  connect(browser);
  browser.last.accept();
  browser.last.say(welcome());
  browser.sleep(20_000);
  browser.happen("visibilitychange");
  assert.equal(browser.sockets.length, 1);
  browser.sleep(10_000);
  browser.happen("visibilitychange");
  assert.equal(browser.sockets.length, 2);
});

test("late events of a replaced socket change nothing", () => {
  const browser = world();
  const { connection, frames, states } = connect(browser);
  const [old] = browser.sockets;
  old.accept();
  connection.reconnect();
  old.say({ type: "message" });
  old.fail(4050);
  assert.deepEqual(frames, []);
  assert.equal(states.at(-1), "connecting");
});

test("close leaves no timer and no listener behind", () => {
  const browser = world();
  const { connection, states } = connect(browser);
  browser.last.accept();
  connection.close();
  assert.equal(browser.timers.size, 0);
  assert.equal(browser.listeners.size, 0);
  assert.equal(states.at(-1), "ended");
});
