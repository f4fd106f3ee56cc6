import assert from "node:assert/strict";
import { test } from "node:test";
import { visitorFrames } from "./frames.js";
import { GAVE_UP, JOINED, RESUMED, WAITING, WELCOME, answer, browser, talking } from "./visitor_browser.js";

test("the end empties the storage and keeps the text on the screen", () => {
  const { here, session } = talking();
  here.socket.say(answer(1), visitorFrames.closed({ reason: "counsellor_closed", survey: true }));
  assert.equal(here.kept.value, null);
  session.keepDraft("trop tard");
  assert.equal(here.kept.value, null);
  assert.deepEqual([session.phase.value, session.messages.value.length], ["closed", 1]);
});

test("coming back within a quarter of an hour shows how it ended, and the survey", () => {
  const { here } = talking();
  const again = here.session();
  here.socket.say(WELCOME, visitorFrames.closed({ reason: "visitor_gone", survey: true }));
  assert.deepEqual([again.phase.value, again.ended.value.survey], ["closed", true]);
  assert.equal(here.kept.value, null);
});

test("a refused token in the middle ends the conversation and keeps what was said", () => {
  const { here, session } = talking();
  here.socket.say(answer(1));
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(visitorFrames.error({ code: "token_refused" }));
  assert.deepEqual(
    [session.phase.value, session.ended.value.reason, session.messages.value.length],
    ["closed", "technical", 1],
  );
});

test("leaving while the connection is cut is told as soon as it is back", () => {
  const { here, session } = talking();
  here.socket.fail();
  session.leave();
  assert.equal(session.phase.value, "closed");
  assert.equal(here.kept.value, null);
  here.pass(500);
  here.socket.accept().say(WELCOME, RESUMED);
  assert.equal(here.socket.frames("leave").length, 1);
  assert.equal(session.phase.value, "closed");
});

test("frames that come after the end change nothing", () => {
  const { here, session } = talking();
  session.leave();
  here.socket.say(JOINED, answer(1), visitorFrames.closed({ reason: "visitor_left", survey: true }));
  assert.deepEqual(
    [session.phase.value, session.messages.value.length, session.ended.value.survey],
    ["closed", 0, true],
  );
});

test("after the end a new question has a new token and an empty thread", () => {
  const { here, session } = talking();
  const old = session.token;
  here.socket.say(answer(1), visitorFrames.closed({ reason: "idle" }));
  session.startAnew();
  here.socket.accept().say(WELCOME);
  assert.notEqual(here.socket.sent[0].token, old);
  assert.deepEqual([session.phase.value, session.messages.value.length, session.marks.value.length], ["before", 0, 0]);
});

/** Gave up waiting, and would ask once more. */
function hopeful() {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING);
  session.leave();
  here.socket.say(GAVE_UP);
  const { token } = session;
  session.startAnew();
  here.socket.accept().say(WELCOME, GAVE_UP);
  return { here, session, token };
}

test("asking again after giving up goes on under the same token, past the end that is told once more", () => {
  const { here, session, token } = hopeful();
  assert.deepEqual([here.socket.sent[0].token, session.phase.value], [token, "before"]);
  session.ask("formation");
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, GAVE_UP);
  assert.equal(session.phase.value, "asking");
  here.socket.say(WAITING);
  assert.equal(session.phase.value, "waiting");
  session.leave();
  here.socket.say(GAVE_UP);
  assert.equal(session.phase.value, "closed");
});

test("asking again too late to go on is another request, asked at once under another token", () => {
  const { here, session, token } = hopeful();
  session.ask("formation");
  here.socket.say(visitorFrames.error({ code: "conversation_closed" }));
  here.socket.accept().say(WELCOME);
  assert.notEqual(here.socket.sent[0].token, token);
  assert.deepEqual(here.socket.frames("ask"), [{ type: "ask", theme: "formation", language: "fr" }]);
  here.socket.say(WAITING);
  assert.equal(session.phase.value, "waiting");
});

test("the survey is given again if the connection was cut when it was given", () => {
  const { here, session } = talking();
  here.socket.say(visitorFrames.closed({ reason: "idle", survey: true }));
  here.socket.fail();
  session.answerSurvey({ rating: 5 });
  here.pass(500);
  here.socket.accept().say(WELCOME, visitorFrames.closed({ reason: "idle", survey: true }));
  assert.deepEqual(here.socket.frames("survey"), [{ type: "survey", rating: 5 }]);
  assert.equal(session.thanked.value, true);
});

test("quick exit leaves, closes and forgets, and stores nothing afterwards", () => {
  const { here, session } = talking();
  const { socket } = here;
  session.forget();
  session.keepDraft("x");
  here.pass(60_000);
  assert.equal(socket.frames("leave").length, 1);
  assert.equal(here.kept.value, null);
  assert.equal(here.socket, socket);
});

test("once it has ended it asks once how things are now, for the button and for a new question", () => {
  const { here, session } = talking();
  const hellos = () => here.socket.frames("hello").length;
  const told = hellos();
  const closed = visitorFrames.closed({ survey: true });
  here.socket.say(closed);
  assert.equal(hellos(), told + 1);
  here.socket.say(visitorFrames.welcome({ state: "full", label: "Personne n'est libre" }), closed);
  assert.equal(hellos(), told + 1);
  assert.deepEqual([session.phase.value, session.welcome.value.label], ["closed", "Personne n'est libre"]);
});
