import assert from "node:assert/strict";
import { test } from "node:test";
import { visitorFrames } from "./frames.js";
import { RESUMED, WAITING, WELCOME, answer, browser, talking } from "./visitor_browser.js";

const warned = (seconds = 120) => {
  const { here, session } = talking();
  here.socket.say(answer(1), visitorFrames.closing({ in_s: seconds }));
  return { here, session, left: () => session.closing.value };
};

test("an idle warning says the time that is left, in steps", () => {
  const { here, left } = warned();
  const steps = [left()];
  for (let i = 0; i < 119; i++) {
    here.pass(1000);
    here.socket.say({ type: "ping" });
    if (left() !== steps.at(-1)) steps.push(left());
  }
  assert.deepEqual(steps, [120, 60, 30, 10]);
});

test("it is true after a sleep, whose time no timer has counted", () => {
  const { here, left } = warned();
  here.sleep(95_000);
  here.pass(1000);
  assert.equal(left(), 30);
});

test("a message takes it back, and it does not return by itself", () => {
  const { here, left } = warned();
  here.socket.say(answer(2));
  here.pass(5000);
  assert.equal(left(), null);
});

test("a page that comes back believes only what the server says now", () => {
  const { here, session, left } = warned();
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, RESUMED);
  assert.equal(left(), null);
  here.socket.say(visitorFrames.closing({ in_s: 40 }));
  assert.equal(session.closing.value, 60);
});

test("who waits reads that the service closes early, and nothing of it once it stays open after all", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING);
  here.socket.say(visitorFrames.closing({ in_s: 600, reason: "closing_time" }));
  assert.deepEqual([session.phase.value, session.closing.value], ["waiting", 600]);
  here.socket.say(visitorFrames.closing({ in_s: 0, reason: "closing_time" }));
  here.pass(2000);
  assert.equal(session.closing.value, null);
});
