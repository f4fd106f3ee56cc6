import assert from "node:assert/strict";
import { test } from "node:test";
import { visitorFrames } from "./frames.js";
import { JOINED, WAITING, WELCOME, answer, browser, echo, talking } from "./visitor_browser.js";

test("what is written while waiting stays in the browser and goes first", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING);
  session.say("un");
  session.say("deux");
  assert.equal(here.socket.frames("say").length, 0);
  here.socket.say(JOINED);
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un"],
  );
  here.socket.say(echo(here.socket.frames("say")[0], 1));
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un", "deux"],
  );
});

test("a hole makes it say hello once, from the last message without one missing", () => {
  const { here } = talking();
  here.socket.say(answer(1), answer(3), answer(4));
  const hellos = here.socket.frames("hello");
  assert.equal(hellos.length, 2);
  assert.deepEqual([hellos[1].after, hellos[1].epoch], [1, 1]);
});

test("too fast waits as long as it is told, and keeps the order", () => {
  const { here, session } = talking();
  session.say("un");
  session.say("deux");
  const [un] = here.socket.frames("say");
  here.socket.say(visitorFrames.error({ code: "too_fast", client_id: un.client_id, retry_after_s: 3 }));
  here.pass(2999);
  assert.equal(here.socket.frames("say").length, 1);
  here.pass(1);
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un", "un"],
  );
});

test("a refused message is kept, and can be tried again", () => {
  const { here, session } = talking();
  session.say("un");
  const [un] = here.socket.frames("say");
  here.socket.say(visitorFrames.error({ code: "too_long", client_id: un.client_id }));
  assert.equal(session.items.value[0].state, "failed");
  session.retry(un.client_id);
  assert.equal(here.socket.frames("say").length, 2);
});

test("a transfer goes back to waiting and on to somebody else, with the conversation in place", () => {
  const { here, session } = talking();
  here.socket.say(
    answer(1),
    visitorFrames.left({ alias: "x", at: "2026-11-19T09:01:00Z" }),
    visitorFrames.requeued({ position: 1, estimate_s: 20 }),
  );
  assert.equal(session.phase.value, "waiting");
  session.say("toujours là");
  here.socket.say(JOINED);
  assert.deepEqual(
    session.marks.value.map(({ kind }) => kind),
    ["joined", "left", "requeued", "joined"],
  );
  assert.equal(here.socket.frames("say").length, 1);
});

test("one of two counsellors who leaves does not leave the visitor alone", () => {
  const { here, session } = talking();
  const at = "2026-11-19T09:02:00Z";
  const [first] = session.present.value;
  here.socket.say(visitorFrames.joined({ alias: "Conseiller·ère 2", at }));
  here.socket.say(visitorFrames.left({ alias: "Conseiller·ère 2", at }));
  assert.deepEqual(session.present.value, [first]);
  here.socket.say(visitorFrames.joined({ alias: "Conseiller·ère 3", at }), visitorFrames.left({ alias: first, at }));
  assert.deepEqual(session.present.value, ["Conseiller·ère 3"]);
  here.socket.say(visitorFrames.left({ alias: "Conseiller·ère 3", at }));
  assert.equal(session.present.value.length, 0);
});

test("one of two counsellors whose connection is lost does not leave the visitor alone, nor comes anew", () => {
  const { here, session } = talking();
  const [first] = session.present.value;
  const at = "2026-11-19T09:02:00Z";
  here.socket.say(visitorFrames.joined({ alias: "Conseiller·ère 2", at }), visitorFrames.interrupted({ grace_s: 30 }));
  assert.equal(session.interrupted.value, false);
  const marks = session.marks.value.length;
  here.socket.say(visitorFrames.joined({ alias: first, at }));
  assert.equal(session.marks.value.length, marks);
});

test("another conversation on the same page begins with nobody there", () => {
  const { here, session } = talking();
  const at = "2026-11-19T09:02:00Z";
  here.socket.say(visitorFrames.joined({ alias: "Conseiller·ère 2", at }));
  here.socket.say(visitorFrames.closed({ reason: "visitor_left", survey: false }));
  assert.equal(session.present.value.length, 0);
  assert.deepEqual(session.present.value, []);
});

test("after a reload one of two counsellors may leave", () => {
  const { here, session } = talking();
  here.socket.say(
    visitorFrames.resumed({ state: "active", alias: "un", aliases: ["un", "deux"] }),
    visitorFrames.left({ alias: "un", at: "2026-11-19T09:02:00Z" }),
  );
  assert.deepEqual(session.present.value, ["deux"]);
});

test("a counsellor who comes back from an interruption is not announced as somebody new", () => {
  const { here, session } = talking();
  here.socket.say(visitorFrames.interrupted({ grace_s: 30 }));
  assert.equal(session.interrupted.value, true);
  here.socket.say(JOINED);
  assert.equal(session.interrupted.value, false);
  assert.equal(session.marks.value.length, 1);
});

test("typing is told at most every three seconds, and its end at once", () => {
  const { here, session } = talking();
  session.reportTyping(true);
  session.reportTyping(true);
  here.pass(3000);
  session.reportTyping(true);
  session.reportTyping(false);
  session.reportTyping(false);
  assert.deepEqual(
    here.socket.frames("typing").map(({ on }) => on),
    [true, true, false],
  );
});

test("somebody who stopped typing without saying so stops after a while", () => {
  const { here, session } = talking();
  here.socket.say(visitorFrames.typing({ on: true }));
  assert.equal(session.counsellorTyping.value, true);
  here.pass(7000);
  assert.equal(session.counsellorTyping.value, false);
});

test("seen is told once for each newest answer, never for one's own words", () => {
  const { here, session } = talking();
  session.say("un");
  here.socket.say(echo(here.socket.frames("say")[0], 1));
  session.reportSeen();
  assert.equal(here.socket.frames("seen").length, 0);
  here.socket.say(answer(2), answer(3));
  session.reportSeen();
  session.reportSeen();
  assert.deepEqual(here.socket.frames("seen"), [{ type: "seen", seq: 3 }]);
});

test("the second to come is announced as a second reader, whoever replaces the first is not", () => {
  const at = "2026-11-19T09:02:00Z";
  const { here, session } = talking();
  here.socket.say(visitorFrames.joined({ alias: "Conseiller·ère 2", at }));
  assert.deepEqual(
    session.marks.value.slice(-1).map(({ kind, alias }) => [kind, alias]),
    [["joined_too", "Conseiller·ère 2"]],
  );
  for (const { alias } of [{ alias: "Conseiller·ère 2" }, { alias: session.present.value[0] }])
    here.socket.say(visitorFrames.left({ alias, at }));
  assert.equal(session.present.value.length, 0);
  here.socket.say(visitorFrames.joined({ alias: "Conseiller·ère 3", at }));
  assert.equal(session.marks.value.at(-1).kind, "joined");
});
