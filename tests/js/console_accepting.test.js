import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { served } from "./served.js";

const { Desk } = await served("counsellor_console/desk.js");
const { afterOf, receive } = await served("counsellor_console/frames.js");

const NOW = Date.parse("2026-11-23T09:00:00Z");
const about = { theme: "emploi", language: "fr", audience: "public" };
const snapshot = (id) => ({
  conversation: id, epoch: 1, ...about, waited_s: 20, state: "active", role: "owner", visitor: "present",
  accepted_at: new Date(NOW).toISOString(), messages: [], notes: [], more: false,
});
const welcome = (more = {}) => ({
  type: "welcome", me: { id: 1, name: "Nadia" }, availability: { state: "available", capacity: 2, max_capacity: 3, missed: 0 },
  conversations: [], offers: [], queue: [], canned: [], colleagues: [], codes: {}, limits: {}, guarded: [], ...more,
});
const offer = (id) => ({ type: "offer", conversation: id, ...about, waited_s: 30, expires_in_s: 40 });
const waiting = (id) => ({ conversation: id, ...about, waited_s: 5, priority: 0 });

let sent, now, desk;
const say = (frame) => receive(desk, frame);
const types = () => sent.map(({ type }) => type);

beforeEach(() => {
  sent = [];
  now = NOW;
  desk = new Desk({ now: () => now, send: (frame) => Boolean(sent.push(frame)) });
  say(welcome({ conversations: [snapshot("c1")], offers: [offer("c2")], queue: [waiting("c3")] }));
  desk.select("c1");
});

describe("before the server has answered", () => {
  test("whoever was accepted is on the screen, with a field that takes the focus and no longer rings", () => {
    desk.accept();
    assert.equal(desk.current.value.id, "c2");
    assert.deepEqual(desk.attention.value, { id: "c2", place: "message" });
    assert.deepEqual(desk.ringing.value, []);
  });

  test("so is whoever was taken from the queue", () => {
    desk.take();
    assert.deepEqual(sent.at(-1), { type: "take", conversation: "c3" });
    assert.equal(desk.current.value.id, "c3");
  });

  test("what is written waits, and goes once it is open", () => {
    desk.accept();
    desk.typing(desk.current.value, true);
    desk.say(desk.current.value, "Bonjour");
    assert.deepEqual(types(), ["accept"]);
    assert.equal(desk.current.value.pending.value.length, 1);
    say({ type: "opened", ...snapshot("c2") });
    assert.deepEqual(types(), ["accept", "say"]);
    assert.equal(sent[1].conversation, "c2");
  });

  test("nothing can be done with it that the server would not know", () => {
    desk.accept();
    desk.open("close");
    assert.equal(desk.dialog.value, null);
    desk.current.value.noteDraft.value = "à suivre";
    desk.note(desk.current.value);
    assert.equal(desk.current.value.noteDraft.value, "à suivre");
    assert.deepEqual(types(), ["accept"]);
    assert.deepEqual(Object.keys(afterOf(desk)), ["c1"]);
  });

  test("taking once more takes the next of the queue, not the same again", () => {
    say({ type: "queue", queue: [waiting("c3"), waiting("c4")] });
    desk.take();
    desk.take();
    desk.take();
    assert.deepEqual(sent.map(({ conversation }) => conversation), ["c3", "c4"]);
    assert.deepEqual(desk.conversations.value.map(({ id }) => id), ["c1", "c3", "c4"]);
  });

  test("accepting once more accepts the next who rings, not the same again", () => {
    say(offer("c4"));
    desk.accept();
    desk.accept();
    desk.accept();
    assert.deepEqual(sent.map(({ conversation }) => conversation), ["c2", "c4"]);
  });
});

describe("the answer", () => {
  test("leaves a counsellor who has gone on to another conversation where they are", () => {
    desk.accept();
    desk.select("c1");
    say({ type: "opened", ...snapshot("c2") });
    assert.equal(desk.selected.value, "c1");
    assert.equal(desk.attention.value.id, "c1");
  });

  test("that somebody else has it takes it off the screen and says why, without taking the focus", () => {
    desk.accept();
    desk.takesFocus(desk.current.value, "message");
    say({ type: "offer_gone", conversation: "c2", reason: "accepted_elsewhere" });
    assert.deepEqual(desk.conversations.value.map(({ id }) => id), ["c1"]);
    assert.equal(desk.attention.value, null);
    assert.equal(desk.notices.value.length, 1);
  });

  test("that it came to nothing leads back to where the counsellor was, not to whoever else waits", () => {
    say(welcome({ conversations: [snapshot("c0"), snapshot("c1")], offers: [offer("c2")] }));
    desk.select("c1");
    desk.accept();
    say({ type: "offer_gone", conversation: "c2", reason: "visitor_left" });
    assert.equal(desk.selected.value, "c1");
  });

  test("that it is not known takes it away too, and lets it ring no more", () => {
    desk.accept();
    say({ type: "error", code: "not_found", detail: "", conversation: "c2" });
    assert.deepEqual(desk.conversations.value.map(({ id }) => id), ["c1"]);
    assert.deepEqual(desk.offers.value, []);
  });

  test("that it could not be done just now is asked for again by itself", (context) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    context.after(() => mock.timers.reset());
    desk.accept();
    say({ type: "error", code: "try_again", detail: "", conversation: "c2", retry_after_s: 2 });
    assert.equal(desk.notices.value.length, 0);
    mock.timers.tick(2000);
    assert.deepEqual(types(), ["accept", "accept"]);
    say({ type: "opened", ...snapshot("c2") });
    assert.equal(desk.current.value.id, "c2");
  });

  test("that a cut swallowed is asked for again when the connection is back", () => {
    desk.accept();
    say(welcome({ conversations: [snapshot("c1")], offers: [offer("c2")] }));
    assert.deepEqual(types(), ["accept", "accept"]);
    assert.deepEqual(desk.ringing.value, []);
    assert.equal(desk.notices.value.length, 0);
  });

  test("that never came is asked for again, until it comes", () => {
    desk.take();
    now += 4_000;
    desk.tick();
    assert.deepEqual(types(), ["take"]);
    now += 1_000;
    desk.tick();
    desk.tick();
    assert.deepEqual(types(), ["take", "take"]);
    say({ type: "error", code: "not_found", detail: "", conversation: "c3" });
    now += 60_000;
    desk.tick();
    assert.deepEqual(types(), ["take", "take"]);
  });

  test("to a refusal that came too late is nothing to be told of", () => {
    desk.refuse();
    say({ type: "error", code: "not_found", detail: "", conversation: "c2" });
    assert.deepEqual([desk.offers.value, desk.notices.value], [[], []]);
  });

  test("to a refusal that could not be served is that it rings again", () => {
    desk.refuse();
    assert.deepEqual(desk.ringing.value, []);
    say({ type: "error", code: "try_again", detail: "", conversation: "c2" });
    assert.equal(desk.ringing.value.length, 1);
  });
});
