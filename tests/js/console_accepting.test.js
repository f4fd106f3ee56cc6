import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { served } from "./served.js";

const { Workspace } = await served("counsellor_console/workspace.js");
const { afterOf, receive } = await served("counsellor_console/frame_handlers.js");

const NOW = Date.parse("2026-11-23T09:00:00Z");
const about = { theme: "emploi", language: "fr", audience: "public" };
const snapshot = (id) => ({
  conversation: id,
  epoch: 1,
  ...about,
  waited_s: 20,
  state: "active",
  role: "owner",
  visitor: "present",
  accepted_at: new Date(NOW).toISOString(),
  messages: [],
  notes: [],
  more: false,
});
const welcome = (more = {}) => ({
  type: "welcome",
  me: { id: 1, name: "Nadia" },
  availability: { state: "available", capacity: 2, max_capacity: 3, missed: 0 },
  conversations: [],
  offers: [],
  queue: [],
  canned: [],
  colleagues: [],
  codes: {},
  limits: {},
  guarded: [],
  ...more,
});
const offer = (id) => ({ type: "offer", conversation: id, ...about, waited_s: 30, expires_in_s: 40 });
const waiting = (id) => ({ conversation: id, ...about, waited_s: 5, priority: 0 });

let sent, now, workspace;
const say = (frame) => receive(workspace, frame);
const types = () => sent.map(({ type }) => type);

beforeEach(() => {
  sent = [];
  now = NOW;
  workspace = new Workspace({ now: () => now, send: (frame) => Boolean(sent.push(frame)) });
  say(welcome({ conversations: [snapshot("c1")], offers: [offer("c2")], queue: [waiting("c3")] }));
  workspace.select("c1");
});

describe("before the server has answered", () => {
  test("whoever was accepted is on the screen, with a field that takes the focus and no longer rings", () => {
    workspace.accept();
    assert.equal(workspace.current.value.id, "c2");
    assert.deepEqual(workspace.attention.value, { id: "c2", place: "message" });
    assert.deepEqual(workspace.ringing.value, []);
  });

  test("so is whoever was taken from the queue", () => {
    workspace.take();
    assert.deepEqual(sent.at(-1), { type: "take", conversation: "c3" });
    assert.equal(workspace.current.value.id, "c3");
  });

  test("what is written waits, and goes once it is open", () => {
    workspace.accept();
    workspace.typing(workspace.current.value, true);
    workspace.say(workspace.current.value, "Bonjour");
    assert.deepEqual(types(), ["accept"]);
    assert.equal(workspace.current.value.pending.value.length, 1);
    say({ type: "opened", ...snapshot("c2") });
    assert.deepEqual(types(), ["accept", "say"]);
    assert.equal(sent[1].conversation, "c2");
  });

  test("nothing can be done with it that the server would not know", () => {
    workspace.accept();
    workspace.open("close");
    assert.equal(workspace.dialog.value, null);
    workspace.current.value.noteDraft.value = "à suivre";
    workspace.note(workspace.current.value);
    assert.equal(workspace.current.value.noteDraft.value, "à suivre");
    assert.deepEqual(types(), ["accept"]);
    assert.deepEqual(Object.keys(afterOf(workspace)), ["c1"]);
  });

  test("taking once more takes the next of the queue, not the same again", () => {
    say({ type: "queue", queue: [waiting("c3"), waiting("c4")] });
    workspace.take();
    workspace.take();
    workspace.take();
    assert.deepEqual(
      sent.map(({ conversation }) => conversation),
      ["c3", "c4"],
    );
    assert.deepEqual(
      workspace.conversations.value.map(({ id }) => id),
      ["c1", "c3", "c4"],
    );
  });

  test("accepting once more accepts the next who rings, not the same again", () => {
    say(offer("c4"));
    workspace.accept();
    workspace.accept();
    workspace.accept();
    assert.deepEqual(
      sent.map(({ conversation }) => conversation),
      ["c2", "c4"],
    );
  });
});

describe("the answer", () => {
  test("leaves a counsellor who has gone on to another conversation where they are", () => {
    workspace.accept();
    workspace.select("c1");
    say({ type: "opened", ...snapshot("c2") });
    assert.equal(workspace.selected.value, "c1");
    assert.equal(workspace.attention.value.id, "c1");
  });

  test("that somebody else has it takes it off the screen and says why, without taking the focus", () => {
    workspace.accept();
    workspace.takesFocus(workspace.current.value, "message");
    say({ type: "offer_gone", conversation: "c2", reason: "accepted_elsewhere" });
    assert.deepEqual(
      workspace.conversations.value.map(({ id }) => id),
      ["c1"],
    );
    assert.equal(workspace.attention.value, null);
    assert.equal(workspace.notices.value.length, 1);
  });

  test("that it came to nothing leads back to where the counsellor was, not to whoever else waits", () => {
    say(welcome({ conversations: [snapshot("c0"), snapshot("c1")], offers: [offer("c2")] }));
    workspace.select("c1");
    workspace.accept();
    say({ type: "offer_gone", conversation: "c2", reason: "visitor_left" });
    assert.equal(workspace.selected.value, "c1");
  });

  test("that it is not known takes it away too, and lets it ring no more", () => {
    workspace.accept();
    say({ type: "error", code: "not_found", detail: "", conversation: "c2" });
    assert.deepEqual(
      workspace.conversations.value.map(({ id }) => id),
      ["c1"],
    );
    assert.deepEqual(workspace.offers.value, []);
  });

  test("that it could not be done just now is asked for again by itself", (context) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    context.after(() => mock.timers.reset());
    workspace.accept();
    say({ type: "error", code: "try_again", detail: "", conversation: "c2", retry_after_s: 2 });
    assert.equal(workspace.notices.value.length, 0);
    mock.timers.tick(2000);
    assert.deepEqual(types(), ["accept", "accept"]);
    say({ type: "opened", ...snapshot("c2") });
    assert.equal(workspace.current.value.id, "c2");
  });

  test("that a cut swallowed is asked for again when the connection is back", () => {
    workspace.accept();
    say(welcome({ conversations: [snapshot("c1")], offers: [offer("c2")] }));
    assert.deepEqual(types(), ["accept", "accept"]);
    assert.deepEqual(workspace.ringing.value, []);
    assert.equal(workspace.notices.value.length, 0);
  });

  test("that never came is asked for again, until it comes", () => {
    workspace.take();
    now += 4_000;
    workspace.tick();
    assert.deepEqual(types(), ["take"]);
    now += 1_000;
    workspace.tick();
    workspace.tick();
    assert.deepEqual(types(), ["take", "take"]);
    say({ type: "error", code: "not_found", detail: "", conversation: "c3" });
    now += 60_000;
    workspace.tick();
    assert.deepEqual(types(), ["take", "take"]);
  });

  test("to a refusal that came too late is nothing to be told of", () => {
    workspace.refuse();
    say({ type: "error", code: "not_found", detail: "", conversation: "c2" });
    assert.deepEqual([workspace.offers.value, workspace.notices.value], [[], []]);
  });

  test("to a refusal that could not be served is that it rings again", () => {
    workspace.refuse();
    assert.deepEqual(workspace.ringing.value, []);
    say({ type: "error", code: "try_again", detail: "", conversation: "c2" });
    assert.equal(workspace.ringing.value.length, 1);
  });
});
