import assert from "node:assert/strict";
import { test } from "node:test";
import { doorOf, mayAsk } from "../../widget/static/widget/door.js";
import { visitorFrames } from "./frames.js";
import { WELCOME, browser } from "./visitor_browser.js";

const closedFor = (seconds) => visitorFrames.welcome({ state: "closed", fresh_s: seconds });

test("a closed page looks again when it opens, a full one after a minute, an open one not at all", () => {
  const here = browser();
  here.session();
  const hellos = () => here.socket.frames("hello").length;
  const pass = (ms) => {
    here.pass(ms % 40_000);
    for (let i = 0; i < ms / 40_000 - 1; i++) {
      here.socket.say(visitorFrames.ping());
      here.pass(40_000);
    }
  };
  here.socket.say(closedFor(300), visitorFrames.welcome({ state: "full" }));
  // Browsers spread over twenty seconds.
  pass(79_999);
  assert.equal(hellos(), 1);
  pass(1);
  assert.equal(hellos(), 2);
  here.socket.say(closedFor(100));
  pass(119_999);
  assert.equal(hellos(), 2);
  pass(1);
  assert.equal(hellos(), 3);
  here.socket.say(WELCOME);
  pass(320_000);
  assert.equal(hellos(), 3);
});

test("somebody who was told that nobody is free can look again", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(visitorFrames.error({ code: "full" }));
  const told = here.socket.frames("hello").length;
  session.changeLanguage("fr");
  assert.equal(here.socket.frames("hello").length, told + 1);
  here.socket.say(WELCOME);
  assert.deepEqual([session.phase.value, session.problem.value], ["before", null]);
});

test("a request that comes too late learns when it opens next, and begins again by itself then", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(visitorFrames.error({ code: "closed_now" }));
  assert.equal(here.socket.frames("hello").length, 2);
  here.socket.say(closedFor(20));
  assert.deepEqual([doorOf(session), session.problem.value], ["closed", "closed_now"]);
  here.pass(40_000);
  here.socket.say(WELCOME);
  assert.deepEqual([doorOf(session), session.problem.value], ["open", null]);
});

test("a request for which nobody is free says so on a site open for others, and looks again in a while", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(visitorFrames.error({ code: "full" }), WELCOME);
  assert.equal(doorOf(session), "full");
  here.pass(40_000);
  here.socket.say(visitorFrames.ping());
  here.pass(40_000);
  here.socket.say(WELCOME);
  assert.equal(doorOf(session), "open");
});

test("a refusal that the door has no part in asks nothing more of the server", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi", { code: "FAUX" });
  here.socket.say(visitorFrames.error({ code: "not_allowed" }));
  assert.equal(here.socket.frames("hello").length, 1);
});

test("where nobody is free one may ask all the same, once, and is told when nobody can take it", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(visitorFrames.welcome({ state: "full" }));
  assert.equal(mayAsk(session), false);
  session.set({ anyway: true });
  assert.equal(mayAsk(session), true);
  session.ask("emploi");
  assert.equal(here.socket.frames("ask").length, 1);
  here.socket.say(visitorFrames.error({ code: "full" }), visitorFrames.welcome({ state: "full" }));
  assert.deepEqual([mayAsk(session), session.problem.value], [false, "full"]);
});
