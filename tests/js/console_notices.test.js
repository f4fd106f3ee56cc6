import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { message, now, one, openPage, pass, say, sent, welcome, workspace } from "./console_page.js";
import { counsellorFrames, snapshot, queued } from "./frames.js";

beforeEach(openPage);

describe("notices", () => {
  const shown = () => workspace.notices.value.map(({ text }) => text);

  test("what is said again is said anew, and only the last two are shown", () => {
    workspace.notify("a colleague has it");
    pass(1000);
    workspace.notify("a colleague has it");
    assert.deepEqual(shown(), ["a colleague has it"]);
    assert.equal(workspace.notices.value[0].until, now + 12_000);
    workspace.notify("transferred");
    workspace.notify("closed");
    assert.deepEqual(shown(), ["transferred", "closed"]);
  });
});

describe("what is read out", () => {
  test("is said again when it happens again", () => {
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    workspace.selection.select("c2");
    say(message(1, "visitor", "Bonjour"));
    const first = workspace.spoken.value;
    workspace.read(one());
    say(message(2, "visitor", "Êtes-vous là ?"));
    assert.equal(workspace.spoken.value.text, first.text);
    assert.notEqual(workspace.spoken.value.at, first.at);
  });
});

describe("a word that comes too late", () => {
  const notFound = (more = {}) =>
    say(counsellorFrames.error({ code: "not_found", conversation: "c1", client_id: null, ...more }));
  const shown = () => workspace.notices.value.length;

  test("of a conversation that went elsewhere nothing more is said", () => {
    say(welcome({ conversations: [snapshot("c1")] }));
    say(counsellorFrames.released({ conversation: "c1", reason: "transferred" }));
    const told = shown();
    notFound();
    assert.equal(shown(), told);
  });

  test("of one that is here, was asked for, or was to hear a note, it is said", () => {
    say(welcome({ conversations: [snapshot("c1")], queue: [queued("c2")] }));
    notFound();
    assert.equal(shown(), 1);
    pass(1000);
    workspace.take("c2");
    workspace.notices.value = [];
    notFound({ conversation: "c2" });
    assert.equal(shown(), 1);
    workspace.notices.value = [];
    notFound({ conversation: "c9", client_id: "n1" });
    assert.equal(shown(), 1);
  });
});

test("when the server could not serve a frame, what was under way is sent again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  say(welcome({ conversations: [snapshot("c1")] }));
  workspace.say(one(), "Bonjour");
  say(counsellorFrames.error({ code: "try_again", retry_after_s: 2 }));
  context.mock.timers.tick(2000);
  const ids = sent.filter(({ type }) => type === "say").map(({ client_id: id }) => id);
  assert.deepEqual(ids, [ids[0], ids[0]]);
});

describe("lists", () => {
  test("replies, codes and guarded names that coordinators change are there without a reload", () => {
    const reply = { id: 1, shortcut: "merci", title: "Merci", body: "Merci.", theme: null, language: "fr" };
    say(welcome({ guarded: ["CEFO"] }));
    const codes = { ...workspace.codes.value, themes: [{ code: "emploi", label: "Travail" }] };
    say(counsellorFrames.lists({ canned: [reply], codes, guarded: ["SIEP"] }));
    assert.deepEqual(workspace.canned.value, [reply]);
    assert.deepEqual(workspace.codes.value.themes, [{ code: "emploi", label: "Travail" }]);
    assert.deepEqual(workspace.guarded.value, ["SIEP"]);
  });
});
