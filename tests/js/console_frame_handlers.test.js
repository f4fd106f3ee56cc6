import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { served } from "./served.js";

const { Workspace } = await served("counsellor_console/workspace.js");
const { afterOf, receive } = await served("counsellor_console/frame_handlers.js");

const NOW = Date.parse("2026-11-23T09:00:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();

const message = (seq, author, body, more = {}) => ({
  type: "message",
  conversation: "c1",
  epoch: 1,
  seq,
  author,
  alias: null,
  client_id: `${author}-${seq}`,
  body,
  at: at(seq),
  ...more,
});
const snapshot = (id, more = {}) => ({
  conversation: id,
  epoch: 1,
  theme: "emploi",
  language: "fr",
  audience: "public",
  waited_s: 20,
  state: "active",
  role: "owner",
  visitor: "present",
  accepted_at: at(0),
  messages: [],
  notes: [],
  more: false,
  ...more,
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
const offer = (id, more = {}) => ({
  type: "offer",
  conversation: id,
  theme: "emploi",
  language: "fr",
  audience: "public",
  waited_s: 30,
  expires_in_s: 40,
  ...more,
});

let sent, online, now, workspace, hellos;
const say = (frame) =>
  receive(workspace, frame, () => {
    hellos += 1;
  });
const one = (id = "c1") => workspace.conversations.value.find((conversation) => conversation.id === id);

beforeEach(() => {
  sent = [];
  online = true;
  now = NOW;
  hellos = 0;
  workspace = new Workspace({
    now: () => now,
    send: (frame) => {
      if (online) sent.push(frame);
      return online;
    },
  });
});

describe("notices", () => {
  const shown = () => workspace.notices.value.map(({ text }) => text);

  test("what is said again is said anew, and only the last two are shown", () => {
    workspace.notify("a colleague has it");
    now += 1000;
    workspace.notify("a colleague has it");
    assert.deepEqual(shown(), ["a colleague has it"]);
    assert.equal(workspace.notices.value[0].until, now + 12_000);
    workspace.notify("transferred");
    workspace.notify("closed");
    assert.deepEqual(shown(), ["transferred", "closed"]);
  });
});

describe("guests", () => {
  const karim = { id: 7, name: "Karim", joined: false };
  const parties = (guests, role = "owner") => say({ type: "parties", conversation: "c1", role, guests });

  test("who was asked in is known from the server: to a page that comes back, and while it changes", () => {
    say(welcome({ conversations: [snapshot("c1", { guests: [karim] })] }));
    assert.deepEqual(one().guests.value, [karim]);
    parties([{ ...karim, joined: true }]);
    say({ type: "left", conversation: "c1", alias: "Somebody else", at: at(5) });
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

describe("offers", () => {
  test("an offer rings until it is accepted, and what was accepted opens on the screen", () => {
    say(welcome());
    say(offer("c1"));
    assert.equal(workspace.offers.value[0].until, NOW + 40_000);
    workspace.accept();
    assert.deepEqual(sent.at(-1), { type: "accept", conversation: "c1" });
    assert.deepEqual(workspace.ringing.value, []);
    say({ type: "opened", ...snapshot("c1") });
    assert.deepEqual(workspace.offers.value, []);
    assert.equal(workspace.selected.value, "c1");
    assert.deepEqual(workspace.attention.value, { id: "c1", place: "message" });
  });

  test("a gone offer says why, and only where it was seen", () => {
    say(welcome());
    say(offer("c1"));
    say({ type: "offer_gone", conversation: "c1", reason: "expired" });
    say({ type: "offer_gone", conversation: "never-seen", reason: "expired" });
    assert.deepEqual(workspace.offers.value, []);
    assert.deepEqual(
      workspace.notices.value.map(({ text }) => text),
      ["gone.unknown"],
    );
  });

  test("accepting without a connection keeps the offer and says so", () => {
    say(welcome());
    say(offer("c1"));
    online = false;
    workspace.accept();
    assert.equal(workspace.ringing.value.length, 1);
    assert.deepEqual(workspace.conversations.value, []);
    assert.equal(workspace.notices.value[0].kind, "warning");
  });

  test("an offer that the server forgot to end leaves by itself", () => {
    say(welcome());
    say(offer("c1"));
    now += 46_000;
    workspace.tick();
    assert.deepEqual(workspace.offers.value, []);
  });

  test("the same offer twice is one offer", () => {
    say(welcome());
    say(offer("c1"));
    say(offer("c1"));
    assert.equal(workspace.offers.value.length, 1);
  });
});

describe("what a visitor writes", () => {
  beforeEach(() => {
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    workspace.select("c2");
  });

  test("is unread and waits for an answer until it is read and answered", () => {
    say(message(1, "visitor", "Bonjour"));
    assert.equal(one().unread.value, 1);
    assert.equal(one().waitingSince.value, NOW + 1000);
    workspace.select("c1");
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
    receive(reloaded, welcome({ conversations: [snapshot("c1")] }));
    assert.equal(reloaded.conversations.value[0].isMine(ids()[0]), true);
    receive(reloaded, welcome({ me: { id: 12, name: "Marc" }, conversations: [snapshot("c2")] }));
    assert.equal(reloaded.conversations.value[0].isMine(ids()[0]), false);
  });

  test("waits for the connection, and goes once when it is back", () => {
    online = false;
    workspace.say(one(), "Bonjour");
    assert.equal(sent.length, 0);
    online = true;
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
    say({ type: "error", code: "too_long", detail: "", conversation: "c1", client_id: ids()[0] });
    assert.equal(one().pending.value[0].state, "failed");
    one().draft.value = "suite";
    one().takeBack(ids()[0]);
    assert.equal(one().draft.value, "Bonjour\nsuite");
    assert.equal(one().pending.value.length, 0);
  });

  test("keeps its draft while another conversation is open", () => {
    one().draft.value = "à moitié";
    say({ type: "opened", ...snapshot("c2") });
    workspace.select("c2");
    workspace.select("c1");
    assert.equal(workspace.current.value.draft.value, "à moitié");
    assert.equal(one().unsaved, true);
  });

  test("tells of typing at most every three seconds, and once when it stops", () => {
    workspace.typing(one(), true);
    now += 1000;
    workspace.typing(one(), true);
    now += 2500;
    workspace.typing(one(), true);
    workspace.typing(one(), false);
    workspace.typing(one(), false);
    assert.deepEqual(
      sent.filter(({ type }) => type === "typing").map(({ on }) => on),
      [true, true, false],
    );
  });
});

describe("a note for the colleagues", () => {
  beforeEach(() => {
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    one().noteDraft.value = "à suivre ";
  });
  const sentNotes = () => sent.filter(({ type }) => type === "note");
  const note = (clientId) => ({
    type: "note",
    conversation: "c1",
    epoch: 1,
    note_seq: 1,
    author_name: "Nadia",
    client_id: clientId,
    body: "à suivre",
    at: at(1),
  });

  test("is still in its field when another conversation was looked at", () => {
    workspace.select("c2");
    workspace.select("c1");
    assert.equal(workspace.current.value.noteDraft.value, "à suivre ");
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
    online = false;
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
    workspace.select("c2");
    workspace.note(one());
    say(note(sentNotes()[0].client_id));
    assert.equal(one().unreadNotes.value, 0);
    assert.equal(workspace.spoken.value.text, "");
    say({ ...note("7-x"), note_seq: 2, author_name: "Karim" });
    assert.equal(one().unreadNotes.value, 1);
    assert.equal(workspace.spoken.value.text, "said.note");
  });

  test("that was refused is back in its field, before what was begun meanwhile, and the counsellor is told", () => {
    workspace.note(one());
    one().noteDraft.value = "autre";
    say({ type: "error", code: "try_again", detail: "", conversation: "c1", client_id: sentNotes()[0].client_id });
    assert.equal(one().noteDraft.value, "à suivre\nautre");
    assert.equal(workspace.notices.value.length, 1);
    assert.equal(one().pending.value.length, 0);
  });
});

describe("what is read out", () => {
  test("is said again when it happens again", () => {
    say(welcome({ conversations: [snapshot("c1"), snapshot("c2")] }));
    workspace.select("c2");
    say(message(1, "visitor", "Bonjour"));
    const first = workspace.spoken.value;
    workspace.read(one());
    say(message(2, "visitor", "Êtes-vous là ?"));
    assert.equal(workspace.spoken.value.text, first.text);
    assert.notEqual(workspace.spoken.value.at, first.at);
  });
});

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
    assert.equal(workspace.selected.value, "c2");
    assert.equal(workspace.notices.value.at(-1).kind, "warning");
  });

  test("keeps what was read before when the server lost its memory, and goes on in the new epoch", () => {
    say(welcome({ conversations: [snapshot("c1", { messages: [message(1, "visitor", "avant")] })] }));
    say({
      type: "resumed",
      conversation: "c1",
      epoch: 2,
      events: [message(1, "visitor", "après", { epoch: 2, client_id: "n" })],
      more: false,
      gap: true,
    });
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
    say({ type: "seen", conversation: "c1", seq: 2 });
    say(message(1, "counsellor", "après", { epoch: 2, client_id: "n" }));
    assert.equal(one().visitorSaw.value, 0);
  });

  test("asks on while there is more", () => {
    say(welcome({ conversations: [snapshot("c1", { more: true })] }));
    assert.equal(hellos, 1);
  });
});

describe("the end", () => {
  beforeEach(() =>
    say(welcome({ conversations: [snapshot("c1", { messages: [message(1, "visitor", "a")] }), snapshot("c2")] })),
  );

  test("closing by hand takes the conversation and its text away", () => {
    workspace.close(one(), { theme: "emploi", given: [] });
    say({ type: "closed", conversation: "c1", reason: "counsellor_closed", outcome: "served" });
    assert.equal(one(), undefined);
    assert.equal(workspace.selected.value, "c2");
  });

  test("closing by hand is told as such when a cut swallowed the answer, and as a loss when it was refused", () => {
    workspace.close(one(), { theme: "emploi", given: [] });
    say(welcome({ conversations: [snapshot("c2")] }));
    assert.deepEqual(
      workspace.notices.value.map(({ kind }) => kind),
      ["info"],
    );
    workspace.close(one("c2"), { theme: "nowhere", given: [] });
    say({ type: "error", code: "bad_frame", detail: "", conversation: "c2" });
    say({ type: "closed", conversation: "c2", reason: "idle", outcome: "served" });
    assert.equal(one("c2").ended.value.reason, "idle");
  });

  test("a visitor who leaves leaves the text on the screen until it is put away, and nothing more is sent", () => {
    say({ type: "closed", conversation: "c1", reason: "visitor_left", outcome: "served" });
    assert.equal(one().ended.value.reason, "visitor_left");
    assert.equal(one().waitingSince.value, 0);
    workspace.read(one());
    assert.equal(sent.filter(({ type }) => type === "seen").length, 0);
    workspace.remove("c1");
    assert.equal(one(), undefined);
  });

  test("what an ended conversation said is gone from the screen after ten minutes", () => {
    say({ type: "closed", conversation: "c1", reason: "visitor_left", outcome: "served" });
    now += 599_000;
    workspace.tick();
    assert.ok(one());
    now += 1_000;
    workspace.tick();
    assert.equal(one(), undefined);
  });

  test("a released conversation is gone from the screen at once", () => {
    say({ type: "released", conversation: "c1", reason: "transferred" });
    assert.equal(one(), undefined);
  });

  test("an event of a conversation that is not there changes nothing", () => {
    say({ type: "typing", conversation: "stranger", on: true });
    say({ type: "message", ...message(9, "visitor", "x"), conversation: "stranger" });
    assert.equal(workspace.conversations.value.length, 2);
  });

  test("of the session leaves nobody's words behind", () => {
    say(offer("c3"));
    workspace.leave();
    assert.deepEqual([workspace.conversations.value, workspace.offers.value, workspace.current.value], [[], [], null]);
  });

  test("numbers are given again once they are free", () => {
    say({ type: "released", conversation: "c1", reason: "transferred" });
    say({ type: "opened", ...snapshot("c3") });
    assert.equal(one("c3").number, 1);
  });
});

describe("who may open which dialog", () => {
  test("a guest does not transfer or close, the owner does", () => {
    say(welcome({ conversations: [snapshot("c1", { role: "guest" }), snapshot("c2")] }));
    workspace.open("transfer");
    assert.equal(workspace.dialog.value, null);
    workspace.select("c2");
    workspace.open("transfer");
    assert.equal(workspace.dialog.value, "transfer");
  });

  test("nothing can be done with what is over, but help is always there", () => {
    say(welcome({ conversations: [snapshot("c1")] }));
    say({ type: "closed", conversation: "c1", reason: "idle", outcome: "served" });
    workspace.open("close");
    assert.equal(workspace.dialog.value, null);
    workspace.open("help");
    assert.equal(workspace.dialog.value, "help");
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
  say(welcome({ queue: [entry("c1"), entry("c2")], offers: [offer("c1")] }));
  assert.deepEqual(
    workspace.others.value.map(({ conversation }) => conversation),
    ["c2"],
  );
  workspace.take();
  assert.deepEqual(sent.at(-1), { type: "take", conversation: "c2" });
});

describe("being available", () => {
  const told = (state, capacity = 2) => say({ type: "availability", state, capacity, missed: 0, reason: null });
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
    say({ type: "error", code: "try_again", detail: "" });
    assert.equal(shown(), "away");
    workspace.setAvailability("available");
    now += 5_000;
    workspace.tick();
    assert.equal(shown(), "away");
  });

  test("is not undone by what became of a conversation meanwhile", () => {
    say({ type: "error", code: "not_allowed", detail: "", conversation: "c1" });
    assert.equal(shown(), "available");
  });
});

test("missed offers set the counsellor to away, and one action brings them back", () => {
  say(welcome());
  say({ type: "availability", state: "away", capacity: 2, missed: 2, reason: "missed" });
  assert.equal(workspace.availability.value.reason, "missed");
  workspace.setAvailability("available");
  assert.deepEqual(sent.at(-1), { type: "availability", state: "available", capacity: 2 });
  assert.equal(workspace.availability.value.reason, null);
});

test("the longest waiting visitor comes first", () => {
  say(welcome({ conversations: [snapshot("c1"), snapshot("c2"), snapshot("c3")] }));
  say({ ...message(9, "visitor", "tard"), conversation: "c2", seq: 1 });
  say({ ...message(3, "visitor", "tôt"), conversation: "c3", seq: 1 });
  workspace.selectWaiting();
  assert.equal(workspace.selected.value, "c3");
});

test("notes of a new epoch do not hide those of the one before", () => {
  const note = (epoch, body) => ({
    type: "note",
    conversation: "c1",
    epoch,
    note_seq: 1,
    author_name: "Marc",
    client_id: null,
    body,
    at: at(1),
  });
  say(welcome({ conversations: [snapshot("c1")] }));
  [note(1, "avant"), note(2, "après"), note(2, "après")].forEach(say);
  assert.deepEqual(
    one().notes.value.map(({ body }) => body),
    ["avant", "après"],
  );
});

test("a page that comes back finds the counsellor still away for missed offers", () => {
  say(welcome({ availability: { state: "away", capacity: 2, max_capacity: 3, missed: 2 } }));
  assert.equal(workspace.availability.value.reason, "missed");
});

test("when the server could not serve a frame, what was under way is sent again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  say(welcome({ conversations: [snapshot("c1")] }));
  workspace.say(one(), "Bonjour");
  say({ type: "error", code: "try_again", detail: "", retry_after_s: 2 });
  context.mock.timers.tick(2000);
  const ids = sent.filter(({ type }) => type === "say").map(({ client_id: id }) => id);
  assert.deepEqual(ids, [ids[0], ids[0]]);
});

describe("a word that comes too late", () => {
  const notFound = (more = {}) =>
    say({ type: "error", code: "not_found", detail: "", conversation: "c1", client_id: null, ...more });
  const shown = () => workspace.notices.value.length;

  test("of a conversation that went elsewhere nothing more is said", () => {
    say(welcome({ conversations: [snapshot("c1")] }));
    say({ type: "released", conversation: "c1", reason: "transferred" });
    const told = shown();
    notFound();
    assert.equal(shown(), told);
  });

  test("of one that is here, was asked for, or was to hear a note, it is said", () => {
    say(welcome({ conversations: [snapshot("c1")], queue: [{ ...offer("c2"), priority: 0 }] }));
    notFound();
    assert.equal(shown(), 1);
    now += 1000;
    workspace.take("c2");
    workspace.notices.value = [];
    notFound({ conversation: "c2" });
    assert.equal(shown(), 1);
    workspace.notices.value = [];
    notFound({ conversation: "c9", client_id: "n1" });
    assert.equal(shown(), 1);
  });
});
