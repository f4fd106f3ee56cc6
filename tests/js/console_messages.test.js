import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  NOW,
  hellos,
  message,
  now,
  one,
  openPage,
  pass,
  say,
  sent,
  sentOf,
  setOnline,
  welcome,
  workspace,
} from "./console_page.js";
import { LIMITS, counsellorFrames, snapshot } from "./frames.js";
import { served } from "./served.js";

const { receive } = await served("counsellor_console/frame_handlers.js");
const { Workspace } = await served("counsellor_console/workspace.js");

beforeEach(openPage);

describe("what a visitor writes", () => {
  beforeEach(() => {
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    workspace.selection.select("c2");
  });

  test("is unread and waits for an answer until it is read and answered", () => {
    say(message(1, "visitor", "Bonjour"));
    assert.equal(one().unread.value, 1);
    assert.equal(one().waitingSince.value, NOW + 1000);
    workspace.selection.select("c1");
    workspace.read(one());
    assert.deepEqual(sent.at(-1), { type: "seen", conversation: "c1", seq: 1 });
    assert.equal(one().unread.value, 0);
    workspace.say(one(), "Bonjour !");
    assert.equal(one().waitingSince.value, 0);
  });

  test("is waited for from the start: nobody has greeted them yet", () => {
    assert.equal(one().waitingSince.value, NOW);
    workspace.say(one(), "Bonjour");
    assert.equal(one().waitingSince.value, 0);
  });

  test("is told to the visitor as seen once only", () => {
    say(message(1, "visitor", "Bonjour"));
    workspace.read(one());
    workspace.read(one());
    assert.equal(sent.filter(({ type }) => type === "seen").length, 1);
  });

  test("is read out by its number when another conversation is open", () => {
    say(message(1, "visitor", "Bonjour"));
    assert.equal(workspace.spoken.value.text, "said.message");
  });

  test("asks for what is missing when a number was skipped", () => {
    say(message(2, "visitor", "deuxième"));
    assert.equal(hellos, 1);
    say(message(1, "visitor", "premier"));
    assert.deepEqual(
      one().messages.value.map(({ body }) => body),
      ["premier", "deuxième"],
    );
  });

  test("comes back once when it is repeated", () => {
    say(message(1, "visitor", "Bonjour"));
    say(message(1, "visitor", "Bonjour"));
    assert.equal(one().messages.value.length, 1);
  });
});

describe("what the counsellor writes", () => {
  beforeEach(() => say(welcome({ conversations: [snapshot("c1")] })));
  const ids = () => sent.filter(({ type }) => type === "say").map(({ client_id: id }) => id);

  test("is pending until it comes back", () => {
    workspace.say(one(), "Bonjour");
    assert.equal(one().pending.value.length, 1);
    say(message(1, "counsellor", "Bonjour", { client_id: ids()[0] }));
    assert.equal(one().pending.value.length, 0);
    assert.equal(one().messages.value.length, 1);
  });

  test("is known as theirs again after a reload, a colleague's is not", () => {
    workspace.say(one(), "Bonjour");
    const reloaded = new Workspace({ send: () => true, now: () => now });
    const messages = [
      message(1, "counsellor", "Bonjour", { client_id: "mine", by: 1 }),
      message(2, "counsellor", "Moi aussi", { client_id: "theirs", by: 12, number: 2 }),
    ];
    receive(reloaded, welcome({ conversations: [snapshot("c1", { messages })] }));
    const [conversation] = reloaded.conversations.value;
    assert.deepEqual(
      ["mine", "theirs"].map((id) => conversation.isMine(id)),
      [true, false],
    );
  });

  test("waits for the connection, and goes once when it is back", () => {
    setOnline(false);
    workspace.say(one(), "Bonjour");
    assert.equal(sent.length, 0);
    setOnline(true);
    say(welcome({ conversations: [snapshot("c1")] }));
    assert.equal(ids().length, 1);
  });

  test("is sent again with the same name when the connection broke before it came back", () => {
    workspace.say(one(), "Bonjour");
    say(welcome({ conversations: [snapshot("c1")] }));
    assert.equal(ids().length, 2);
    assert.equal(new Set(ids()).size, 1);
  });

  test("goes out in the order of writing", () => {
    workspace.say(one(), "un");
    workspace.say(one(), "deux");
    say(message(1, "counsellor", "un", { client_id: ids()[0] }));
    assert.deepEqual(
      sent.filter(({ type }) => type === "say").map(({ body }) => body),
      ["un", "deux"],
    );
  });

  test("that was refused is kept with its reason and can be taken back into the field", () => {
    workspace.say(one(), "Bonjour");
    say(counsellorFrames.error({ code: "too_long", conversation: "c1", client_id: ids()[0] }));
    assert.equal(one().pending.value[0].state, "failed");
    one().draft.value = "suite";
    one().takeBack(ids()[0]);
    assert.equal(one().draft.value, "Bonjour\nsuite");
    assert.equal(one().pending.value.length, 0);
  });

  test("lets the next ones go when the server could not read it, nor which one it was", () => {
    workspace.say(one(), "illisible");
    workspace.say(one(), "la suite");
    say(counsellorFrames.error({ code: "bad_frame" }));
    assert.deepEqual(
      one().pending.value.map(({ body, state }) => [body, state]),
      [
        ["illisible", "failed"],
        ["la suite", "sending"],
      ],
    );
    assert.equal(sentOf("say").at(-1).body, "la suite");
  });

  test("keeps its draft while another conversation is open", () => {
    one().draft.value = "à moitié";
    say(counsellorFrames.opened(snapshot("c2")));
    workspace.selection.select("c2");
    workspace.selection.select("c1");
    assert.equal(workspace.selection.current.value.draft.value, "à moitié");
    assert.equal(one().unsaved, true);
  });

  test("tells of typing at most every three seconds, and once when it stops", () => {
    workspace.typing(one(), true);
    pass(1000);
    workspace.typing(one(), true);
    pass(2500);
    workspace.typing(one(), true);
    workspace.typing(one(), false);
    workspace.typing(one(), false);
    assert.deepEqual(
      sent.filter(({ type }) => type === "typing").map(({ on }) => on),
      [true, true, false],
    );
  });
});

test("the longest waiting visitor comes first", () => {
  say(welcome({ conversations: [snapshot("c1"), snapshot("c2"), snapshot("c3")] }));
  say({ ...message(9, "visitor", "tard"), conversation: "c2", seq: 1 });
  say({ ...message(3, "visitor", "tôt"), conversation: "c3", seq: 1 });
  workspace.selection.selectWaiting();
  assert.equal(workspace.selection.selected.value, "c3");
});

describe("a visitor who is writing", () => {
  beforeEach(() => say(counsellorFrames.welcome({ conversations: [snapshot("c1")] })));

  test("is shown for as long as the server says, unless they go on", () => {
    say(counsellorFrames.typing());
    pass(6_000);
    say(counsellorFrames.typing());
    pass(6_000);
    workspace.tick();
    assert.equal(one().visitorTyping.value, true);
    pass(1_000);
    workspace.tick();
    assert.equal(one().visitorTyping.value, false);
  });
});

test("a limit of the server holds on the page from its welcome on", () => {
  say(welcome({ limits: { ...LIMITS, body: 12, typing_every_s: 10 }, conversations: [snapshot("c1")] }));
  assert.equal(workspace.limits.value.body, 12);
  workspace.typing(one(), true);
  pass(9_000);
  workspace.typing(one(), true);
  assert.equal(sentOf("typing").length, 1);
});
