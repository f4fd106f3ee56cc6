import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { hellos, message, one, openPage, pass, say, sent, welcome, workspace } from "./console_page.js";
import { counsellorFrames, queued, ringing, snapshot } from "./frames.js";
import { served } from "./served.js";

const { afterOf } = await served("counsellor_console/frame_handlers.js");

beforeEach(openPage);

describe("coming back after a cut", () => {
  test("says where each conversation stands", () => {
    say(
      welcome({
        conversations: [snapshot("c1", { messages: [message(1, "visitor", "a"), message(2, "visitor", "b")] })],
      }),
    );
    assert.deepEqual(afterOf(workspace), { c1: { epoch: 1, seq: 2 } });
  });

  test("takes off the screen what is no longer the counsellor's", () => {
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    say(welcome({ conversations: [snapshot("c2")] }));
    assert.deepEqual(
      workspace.conversations.value.map(({ id }) => id),
      ["c2"],
    );
    assert.equal(workspace.selection.selected.value, "c2");
  });

  test("keeps what was read before when the server lost its memory, and goes on in the new epoch", () => {
    say(welcome({ conversations: [snapshot("c1", { messages: [message(1, "visitor", "avant")] })] }));
    say(
      counsellorFrames.resumed({
        conversation: "c1",
        epoch: 2,
        events: [message(1, "visitor", "après", { epoch: 2, client_id: "n" })],
        more: false,
        gap: true,
      }),
    );
    assert.deepEqual(
      one().messages.value.map(({ body }) => body),
      ["avant", "après"],
    );
    assert.equal(one().lines.value.length, 1);
    assert.deepEqual(afterOf(workspace), { c1: { epoch: 2, seq: 1 } });
  });

  test("does not say of what is written in the new epoch that it was seen in the old one", () => {
    say(
      welcome({
        conversations: [
          snapshot("c1", { messages: [message(1, "counsellor", "avant"), message(2, "counsellor", "encore")] }),
        ],
      }),
    );
    say(counsellorFrames.seen({ conversation: "c1", seq: 2 }));
    say(message(1, "counsellor", "après", { epoch: 2, client_id: "n" }));
    assert.equal(one().visitorSaw.value, 0);
  });

  test("asks on while there is more", () => {
    say(welcome({ conversations: [snapshot("c1", { more: true })] }));
    assert.equal(hellos, 1);
  });
});

describe("what was lost", () => {
  const lost = () => workspace.lost.shown.value;

  beforeEach(() => say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] })));

  test("stays as a line with what was not sent, however long it takes, until it is put away", () => {
    one().draft.value = "à moitié";
    one().noteDraft.value = "pour toi";
    say(welcome({ conversations: [] }));
    pass(3_600_000);
    workspace.tick();
    assert.deepEqual(
      lost().map(({ id, number, reason, draft, noteDraft }) => [id, number, reason, draft, noteDraft]),
      [
        ["c1", 1, "away", "à moitié", "pour toi"],
        ["c2", 2, "away", "", ""],
      ],
    );
    workspace.lost.putAway("c2");
    assert.equal(lost().length, 1);
  });

  test("is taken again with the draft in its field, and a message that had arrived is not in it", () => {
    workspace.say(one(), "arrivé");
    workspace.say(one(), "en route");
    const [arrived] = one().outbox.items;
    one().draft.value = "à moitié";
    say(welcome({ conversations: [], queue: [queued("c1")] }));
    workspace.take("c1");
    assert.deepEqual(sent.at(-1), { type: "take", conversation: "c1" });
    const message1 = message(1, "counsellor", "arrivé", { client_id: arrived.client_id });
    say(counsellorFrames.opened(snapshot("c1", { messages: [message1] })));
    assert.equal(one().draft.value, "en route\nà moitié");
    assert.deepEqual(one().pending.value, []);
    assert.deepEqual(
      lost().map(({ id }) => id),
      ["c2"],
    );
  });

  test("keeps what was typed for a conversation that was not to be had", () => {
    one().draft.value = "avant";
    say(counsellorFrames.released({ conversation: "c1", reason: "lost" }));
    say(counsellorFrames.queue({ queue: [queued("c1")] }));
    workspace.take("c1");
    one().draft.value = "encore";
    say(counsellorFrames.offer_gone({ conversation: "c1", reason: "accepted_elsewhere" }));
    assert.deepEqual(
      lost().map(({ reason, draft }) => [reason, draft]),
      [["never", "avant\nencore"]],
    );
  });

  test("is a line after every release; after a transfer, or an end, where something was not sent", () => {
    say(counsellorFrames.released({ conversation: "c1", reason: "transferred" }));
    assert.deepEqual(lost(), []);
    one("c2").draft.value = "Et aussi";
    say(counsellorFrames.closed({ conversation: "c2", reason: "counsellor_closed", outcome: "served" }));
    assert.deepEqual(
      lost().map(({ reason, draft }) => [reason, draft]),
      [["closed", "Et aussi"]],
    );
    say(counsellorFrames.opened(snapshot("c3", { role: "guest" })));
    say(counsellorFrames.released({ conversation: "c3", reason: "taken_over" }));
    assert.equal(lost().at(-1).reason, "taken_over");
  });

  test("holds nothing that the visitor wrote, and is gone when the session is", () => {
    say(message(1, "visitor", "secret"));
    say(welcome({ conversations: [] }));
    assert.equal(JSON.stringify(lost()).includes("secret"), false);
    workspace.leave();
    assert.deepEqual(lost(), []);
  });
});

describe("the end", () => {
  beforeEach(() =>
    say(welcome({ conversations: [snapshot("c1", { messages: [message(1, "visitor", "a")] }), snapshot("c2")] })),
  );

  test("closing by hand takes the conversation and its text away", () => {
    workspace.close(one(), { theme: "emploi", given: [] });
    say(counsellorFrames.closed({ conversation: "c1", reason: "counsellor_closed", outcome: "served" }));
    assert.equal(one(), undefined);
    assert.equal(workspace.selection.selected.value, "c2");
  });

  test("closing by hand is told as such when a cut swallowed the answer, and as a loss when it was refused", () => {
    workspace.close(one(), { theme: "emploi", given: [] });
    say(welcome({ conversations: [snapshot("c2")] }));
    assert.deepEqual(
      workspace.notices.value.map(({ kind }) => kind),
      ["info"],
    );
    workspace.close(one("c2"), { theme: "nowhere", given: [] });
    say(counsellorFrames.error({ code: "bad_frame", conversation: "c2" }));
    say(counsellorFrames.closed({ conversation: "c2", reason: "idle", outcome: "served" }));
    assert.equal(one("c2").ended.value.reason, "idle");
  });

  test("a visitor who leaves leaves the text on the screen until it is put away, and nothing more is sent", () => {
    say(counsellorFrames.closed({ conversation: "c1", reason: "visitor_left", outcome: "served" }));
    assert.equal(one().ended.value.reason, "visitor_left");
    assert.equal(one().waitingSince.value, 0);
    workspace.read(one());
    assert.equal(sent.filter(({ type }) => type === "seen").length, 0);
    workspace.remove("c1");
    assert.equal(one(), undefined);
  });

  test("what an ended conversation said is gone from the screen after ten minutes", () => {
    say(counsellorFrames.closed({ conversation: "c1", reason: "visitor_left", outcome: "served" }));
    pass(599_000);
    workspace.tick();
    assert.ok(one());
    pass(1_000);
    workspace.tick();
    assert.equal(one(), undefined);
  });

  test("a released conversation is gone from the screen at once", () => {
    say(counsellorFrames.released({ conversation: "c1", reason: "transferred" }));
    assert.equal(one(), undefined);
  });

  test("an event of a conversation that is not there changes nothing", () => {
    say(counsellorFrames.typing({ conversation: "stranger", on: true }));
    say(message(9, "visitor", "x", { conversation: "stranger" }));
    assert.equal(workspace.conversations.value.length, 2);
  });

  test("of the session leaves nobody's words behind", () => {
    say(counsellorFrames.offer(ringing("c3")));
    workspace.leave();
    assert.deepEqual(
      [workspace.conversations.value, workspace.offers.value, workspace.selection.current.value],
      [[], [], null],
    );
  });

  test("numbers are given again once they are free", () => {
    say(counsellorFrames.released({ conversation: "c1", reason: "transferred" }));
    say(counsellorFrames.opened(snapshot("c3")));
    assert.equal(one("c3").number, 1);
  });
});

describe("who may open which dialog", () => {
  test("a guest does not transfer or close, the owner does", () => {
    say(welcome({ conversations: [snapshot("c1", { role: "guest" }), snapshot("c2")] }));
    workspace.open("transfer");
    assert.equal(workspace.dialog.value, null);
    workspace.selection.select("c2");
    workspace.open("transfer");
    assert.equal(workspace.dialog.value, "transfer");
  });

  test("nothing can be done with what is over, but help is always there", () => {
    say(welcome({ conversations: [snapshot("c1")] }));
    say(counsellorFrames.closed({ conversation: "c1", reason: "idle", outcome: "served" }));
    workspace.open("close");
    assert.equal(workspace.dialog.value, null);
    workspace.open("help");
    assert.equal(workspace.dialog.value, "help");
  });
});
