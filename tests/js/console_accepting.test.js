import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { openPage, pass, say, sent, welcome, workspace } from "./console_page.js";
import { counsellorFrames, queued, ringing, snapshot } from "./frames.js";
import { served } from "./served.js";

const { afterOf } = await served("counsellor_console/frame_handlers.js");

const types = () => sent.map(({ type }) => type);

beforeEach(() => {
  openPage();
  say(welcome({ conversations: [snapshot("c1")], offers: [ringing("c2")], queue: [queued("c3")] }));
  workspace.selection.select("c1");
});

describe("before the server has answered", () => {
  test("whoever was accepted is on the screen, with a field that takes the focus and no longer rings", () => {
    workspace.accept();
    assert.equal(workspace.selection.current.value.id, "c2");
    assert.deepEqual(workspace.selection.attention.value, { id: "c2", place: "message" });
    assert.deepEqual(workspace.ringing.value, []);
  });

  test("so is whoever was taken from the queue", () => {
    workspace.take();
    assert.deepEqual(sent.at(-1), { type: "take", conversation: "c3" });
    assert.equal(workspace.selection.current.value.id, "c3");
  });

  test("what is written waits, and goes once it is open", () => {
    workspace.accept();
    workspace.typing(workspace.selection.current.value, true);
    workspace.say(workspace.selection.current.value, "Bonjour");
    assert.deepEqual(types(), ["accept"]);
    assert.equal(workspace.selection.current.value.pending.value.length, 1);
    say(counsellorFrames.opened(snapshot("c2")));
    assert.deepEqual(types(), ["accept", "say"]);
    assert.equal(sent[1].conversation, "c2");
  });

  test("nothing can be done with it that the server would not know", () => {
    workspace.accept();
    workspace.open("close");
    assert.equal(workspace.dialog.value, null);
    workspace.selection.current.value.noteDraft.value = "à suivre";
    workspace.note(workspace.selection.current.value);
    assert.equal(workspace.selection.current.value.noteDraft.value, "à suivre");
    assert.deepEqual(types(), ["accept"]);
    assert.deepEqual(Object.keys(afterOf(workspace)), ["c1"]);
  });

  test("taking once more takes the next of the queue, not the same again", () => {
    say(counsellorFrames.queue({ queue: [queued("c3"), queued("c4")] }));
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
    say(counsellorFrames.offer(ringing("c4")));
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
    workspace.selection.select("c1");
    say(counsellorFrames.opened(snapshot("c2")));
    assert.equal(workspace.selection.selected.value, "c1");
    assert.equal(workspace.selection.attention.value.id, "c1");
  });

  test("that somebody else has it takes it off the screen and says why, without taking the focus", () => {
    workspace.accept();
    workspace.selection.takesFocus(workspace.selection.current.value, "message");
    say(counsellorFrames.offer_gone({ conversation: "c2", reason: "accepted_elsewhere" }));
    assert.deepEqual(
      workspace.conversations.value.map(({ id }) => id),
      ["c1"],
    );
    assert.equal(workspace.selection.attention.value, null);
    assert.equal(workspace.notices.value.length, 1);
  });

  test("that it came to nothing leads back to where the counsellor was, not to whoever else waits", () => {
    say(welcome({ conversations: [snapshot("c0"), snapshot("c1")], offers: [ringing("c2")] }));
    workspace.selection.select("c1");
    workspace.accept();
    say(counsellorFrames.offer_gone({ conversation: "c2", reason: "visitor_left" }));
    assert.equal(workspace.selection.selected.value, "c1");
  });

  test("that it is not known takes it away too, and lets it ring no more", () => {
    workspace.accept();
    say(counsellorFrames.error({ code: "not_found", conversation: "c2" }));
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
    say(counsellorFrames.error({ code: "try_again", conversation: "c2", retry_after_s: 2 }));
    assert.equal(workspace.notices.value.length, 0);
    mock.timers.tick(2000);
    assert.deepEqual(types(), ["accept", "accept"]);
    say(counsellorFrames.opened(snapshot("c2")));
    assert.equal(workspace.selection.current.value.id, "c2");
  });

  test("that a cut swallowed is asked for again when the connection is back", () => {
    workspace.accept();
    say(welcome({ conversations: [snapshot("c1")], offers: [ringing("c2")] }));
    assert.deepEqual(types(), ["accept", "accept"]);
    assert.deepEqual(workspace.ringing.value, []);
    assert.equal(workspace.notices.value.length, 0);
  });

  test("that never came is asked for again, until it comes", () => {
    workspace.take();
    pass(4_000);
    workspace.tick();
    assert.deepEqual(types(), ["take"]);
    pass(1_000);
    workspace.tick();
    workspace.tick();
    assert.deepEqual(types(), ["take", "take"]);
    say(counsellorFrames.error({ code: "not_found", conversation: "c3" }));
    pass(60_000);
    workspace.tick();
    assert.deepEqual(types(), ["take", "take"]);
  });

  test("to a refusal that came too late is nothing to be told of", () => {
    workspace.refuse();
    say(counsellorFrames.error({ code: "not_found", conversation: "c2" }));
    assert.deepEqual([workspace.offers.value, workspace.notices.value], [[], []]);
  });

  test("to a refusal that could not be served is that it rings again", () => {
    workspace.refuse();
    assert.deepEqual(workspace.ringing.value, []);
    say(counsellorFrames.error({ code: "try_again", conversation: "c2" }));
    assert.equal(workspace.ringing.value.length, 1);
  });
});
