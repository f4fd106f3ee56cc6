import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { at, one, openPage, say, sent, setOnline, welcome, workspace } from "./console_page.js";
import { counsellorFrames, snapshot } from "./frames.js";

beforeEach(openPage);

describe("a note for the colleagues", () => {
  beforeEach(() => {
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    one().noteDraft.value = "à suivre ";
  });
  const sentNotes = () => sent.filter(({ type }) => type === "note");
  const note = (clientId) => counsellorFrames.note({ client_id: clientId, body: "à suivre", at: at(1) });

  test("is still in its field when another conversation was looked at", () => {
    workspace.selection.select("c2");
    workspace.selection.select("c1");
    assert.equal(workspace.selection.current.value.noteDraft.value, "à suivre ");
    assert.equal(one().unsaved, true);
  });

  test("is asked about before the page is left until it has come back", () => {
    workspace.note(one());
    assert.equal(one().noteDraft.value, "");
    assert.equal(one().unsaved, true);
    say(note(sentNotes()[0].client_id));
    assert.equal(one().unsaved, false);
  });

  test("stays in its field without a connection", () => {
    setOnline(false);
    workspace.note(one());
    assert.equal(one().noteDraft.value, "à suivre ");
    assert.equal(workspace.notices.value.length, 1);
    assert.equal(one().noteOutbox.items.length, 0);
  });

  test("that a cut swallowed goes again with the same name", () => {
    workspace.note(one());
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    assert.equal(sentNotes().length, 2);
    assert.equal(new Set(sentNotes().map(({ client_id: id }) => id)).size, 1);
  });

  test("that came back in the snapshot does not go again", () => {
    workspace.note(one());
    say(welcome({ conversations: [snapshot("c1", { notes: [note(sentNotes()[0].client_id)] }), snapshot("c2")] }));
    assert.equal(sentNotes().length, 1);
    assert.equal(one().notes.value.length, 1);
  });

  test("of a colleague is marked and read out where another conversation is open, one's own is not", () => {
    workspace.selection.select("c2");
    workspace.note(one());
    say(note(sentNotes()[0].client_id));
    assert.equal(one().unreadNotes.value, 0);
    assert.equal(workspace.spoken.value.text, "");
    say({ ...note("x"), note_seq: 2, author_name: "Karim", by: 7, number: 2 });
    assert.equal(one().unreadNotes.value, 1);
    assert.equal(workspace.spoken.value.text, "said.note");
  });

  test("that was refused is back in its field, before what was begun meanwhile, and the counsellor is told", () => {
    workspace.note(one());
    one().noteDraft.value = "autre";
    say(counsellorFrames.error({ code: "try_again", conversation: "c1", client_id: sentNotes()[0].client_id }));
    assert.equal(one().noteDraft.value, "à suivre\nautre");
    assert.equal(workspace.notices.value.length, 1);
    assert.equal(one().pending.value.length, 0);
  });

  test("is sent with no half of a pair of UTF-16", () => {
    one().noteDraft.value = "n\ud800";
    workspace.note(one());
    assert.equal(sentNotes()[0].body, "n\ufffd");
  });

  test("that is under way when the server could not read a frame is back in its field", () => {
    workspace.note(one());
    say(counsellorFrames.error({ code: "bad_frame" }));
    assert.equal(one().noteDraft.value, "à suivre");
    assert.equal(one().noteOutbox.items.length, 0);
  });
});

test("notes of a new epoch do not hide those of the one before", () => {
  const note = (epoch, body) => counsellorFrames.note({ epoch, author_name: "Marc", body });
  say(welcome({ conversations: [snapshot("c1")] }));
  for (const each of [note(1, "avant"), note(2, "après"), note(2, "après")]) say(each);
  assert.deepEqual(
    one().notes.value.map(({ body }) => body),
    ["avant", "après"],
  );
});

describe("guests", () => {
  const karim = { id: 7, name: "Karim", joined: false };
  const parties = (guests, role = "owner") => say(counsellorFrames.parties({ conversation: "c1", role, guests }));

  test("who was asked in is known from the server: to a page that comes back, and while it changes", () => {
    say(welcome({ conversations: [snapshot("c1", { guests: [karim] })] }));
    assert.deepEqual(one().guests.value, [karim]);
    parties([{ ...karim, joined: true }]);
    say(counsellorFrames.left({ conversation: "c1", alias: "Somebody else", at: at(5) }));
    assert.deepEqual(one().guests.value, [{ ...karim, joined: true }]);
  });

  test("an invitation that came to nothing is told, one taken back by hand is not", () => {
    say(welcome({ conversations: [snapshot("c1", { guests: [karim, { ...karim, id: 8 }] })] }));
    workspace.withdraw(one(), one().guests.value[1]);
    parties([karim]);
    assert.equal(workspace.notices.value.length, 0);
    parties([]);
    assert.equal(workspace.notices.value.length, 1);
  });

  test("a guest whose owner has left owns the conversation", () => {
    say(welcome({ conversations: [snapshot("c1", { role: "guest", guests: [{ ...karim, id: 1, joined: true }] })] }));
    parties([], "owner");
    assert.equal(one().facts.value.role, "owner");
    assert.equal(workspace.notices.value.length, 1);
  });
});
