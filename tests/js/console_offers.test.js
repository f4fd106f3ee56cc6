import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { NOW, openPage, pass, say, sent, setOnline, welcome, workspace } from "./console_page.js";
import { counsellorFrames, ringing, snapshot } from "./frames.js";

beforeEach(openPage);

describe("offers", () => {
  test("an offer rings until it is accepted, and what was accepted opens on the screen", () => {
    say(welcome());
    say(counsellorFrames.offer(ringing("c1")));
    assert.equal(workspace.offers.value[0].until, NOW + 40_000);
    workspace.accept();
    assert.deepEqual(sent.at(-1), { type: "accept", conversation: "c1" });
    assert.deepEqual(workspace.ringing.value, []);
    say(counsellorFrames.opened(snapshot("c1")));
    assert.deepEqual(workspace.offers.value, []);
    assert.equal(workspace.selection.selected.value, "c1");
    assert.deepEqual(workspace.selection.attention.value, { id: "c1", place: "message" });
  });

  test("a gone offer says why, and only where it was seen", () => {
    say(welcome());
    say(counsellorFrames.offer(ringing("c1")));
    say(counsellorFrames.offer_gone({ conversation: "c1", reason: "expired" }));
    say(counsellorFrames.offer_gone({ conversation: "never-seen", reason: "expired" }));
    assert.deepEqual(workspace.offers.value, []);
    assert.deepEqual(
      workspace.notices.value.map(({ text }) => text),
      ["gone.unknown"],
    );
  });

  test("accepting without a connection keeps the offer and says so", () => {
    say(welcome());
    say(counsellorFrames.offer(ringing("c1")));
    setOnline(false);
    workspace.accept();
    assert.equal(workspace.ringing.value.length, 1);
    assert.deepEqual(workspace.conversations.value, []);
    assert.equal(workspace.notices.value[0].kind, "warning");
  });

  test("an offer that the server forgot to end leaves by itself", () => {
    say(welcome());
    say(counsellorFrames.offer(ringing("c1")));
    pass(46_000);
    workspace.tick();
    assert.deepEqual(workspace.offers.value, []);
  });

  test("the same offer twice is one offer", () => {
    say(welcome());
    say(counsellorFrames.offer(ringing("c1")));
    say(counsellorFrames.offer(ringing("c1")));
    assert.equal(workspace.offers.value.length, 1);
  });
});

test("the queue does not repeat what rings already, and taking takes the next one", () => {
  const entry = (id) => ({
    conversation: id,
    theme: "emploi",
    language: "fr",
    audience: "public",
    waited_s: 5,
    priority: 0,
  });
  say(welcome({ queue: [entry("c1"), entry("c2")], offers: [ringing("c1")] }));
  assert.deepEqual(
    workspace.others.value.map(({ conversation }) => conversation),
    ["c2"],
  );
  workspace.take();
  assert.deepEqual(sent.at(-1), { type: "take", conversation: "c2" });
});

describe("being available", () => {
  const told = (state, capacity = 2) =>
    say(counsellorFrames.availability({ state, capacity, missed: 0, reason: null }));
  const shown = () => workspace.availability.value.state;

  beforeEach(() => {
    say(welcome({ availability: { state: "away", capacity: 2, max_capacity: 3, missed: 0 } }));
    workspace.setAvailability("available");
  });

  test("is shown at once, and known to be asked for until the server has answered", () => {
    assert.equal(shown(), "available");
    assert.notEqual(workspace.asked.value, null);
    told("available");
    assert.equal(workspace.asked.value, null);
    assert.equal(shown(), "available");
  });

  test("does not flicker for what the server said before it heard of it", () => {
    told("away", 2);
    assert.equal(shown(), "available");
  });

  test("is not pretended when the server could not do it, or did not answer", () => {
    say(counsellorFrames.error({ code: "try_again" }));
    assert.equal(shown(), "away");
    workspace.setAvailability("available");
    pass(5_000);
    workspace.tick();
    assert.equal(shown(), "away");
  });

  test("is not undone by what became of a conversation meanwhile", () => {
    say(counsellorFrames.error({ code: "not_allowed", conversation: "c1" }));
    assert.equal(shown(), "available");
  });
});

test("missed offers set the counsellor to away, and one action brings them back", () => {
  say(welcome());
  say(counsellorFrames.availability({ state: "away", capacity: 2, missed: 2, reason: "missed" }));
  assert.equal(workspace.availability.value.reason, "missed");
  workspace.setAvailability("available");
  assert.deepEqual(sent.at(-1), { type: "availability", state: "available", capacity: 2 });
  assert.equal(workspace.availability.value.reason, null);
});

test("a page that comes back finds the counsellor still away for missed offers", () => {
  say(welcome({ availability: { state: "away", capacity: 2, max_capacity: 3, missed: 2 } }));
  assert.equal(workspace.availability.value.reason, "missed");
});
