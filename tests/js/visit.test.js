import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { Visit } = await served("widget/visit.js");

const LANGUAGES = [{ code: "fr", label: "Français" }, { code: "nl", label: "Nederlands" }];
const WELCOME = { type: "welcome", protocol: 1, state: "open", themes: [], languages: LANGUAGES, contacts: [], limits: { body: 4000 } };
const WAITING = { type: "waiting", conversation: "c1", epoch: 1, position: 2, estimate_s: 90 };
const JOINED = { type: "joined", conversation: "c1", alias: "Conseiller·ère", at: "2026-11-19T09:00:00Z" };
const GAVE_UP = { type: "closed", reason: "visitor_left", outcome: "abandoned", survey: false };

/** A visitor's browser: its storage outlives a reload, its clock and its network obey the test. */
function browser() {
  const kept = { value: null };
  const timers = new Map();
  const sockets = [];
  const events = new EventTarget();
  let clock = 1_000_000, ids = 0;
  class FakeSocket {
    readyState = 0; sent = [];
    constructor() { sockets.push(this); }
    send(text) { this.sent.push(JSON.parse(text)); }
    close() { this.readyState = 3; }
    accept() { this.readyState = 1; this.onopen(); return this; }
    say(...frames) { for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) }); }
    fail(code = 1006) { this.readyState = 3; this.onclose({ code }); }
    frames(type) { return this.sent.filter((frame) => frame.type === type); }
  }
  return {
    kept, events, get socket() { return sockets.at(-1); }, get now() { return clock; },
    pass(ms) {
      const until = clock + ms;
      for (;;) {
        const [id, due] = [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
        if (!due) break;
        timers.delete(id); clock = due.at; due.fn();
      }
      clock = until;
    },
    visit(options = {}) {
      const store = {
        lasting: true, load: () => (kept.value ? JSON.parse(kept.value) : null),
        save: (visit) => { kept.value = JSON.stringify(visit); }, clear: () => { kept.value = null; },
      };
      const visit = new Visit({
        url: "ws://test", site: "demo", lang: "fr", store, changed() {}, ...options,
        world: {
          WebSocket: FakeSocket, random: () => 1, now: () => clock, events,
          setTimeout: (fn, ms) => { timers.set(++ids, { fn, at: clock + ms }); return ids; }, clearTimeout: (id) => timers.delete(id),
        },
      });
      visit.open();
      this.socket.accept();
      return visit;
    },
  };
}

const echo = ({ client_id: clientId, body }, seq, epoch = 1) => ({ type: "message", epoch, seq, author: "visitor", alias: null, client_id: clientId, body, at: "2026-11-19T09:00:01Z" });
const answer = (seq, { epoch = 1, body = `réponse ${seq}` } = {}) => ({ type: "message", epoch, seq, author: "counsellor", alias: "Conseiller·ère", client_id: null, body, at: "2026-11-19T09:00:02Z" });

function talking(here = browser()) {
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say(WAITING, JOINED);
  return { here, visit };
}

test("hello carries a token of thirty-two bytes and nothing to come back to", () => {
  const here = browser();
  here.visit();
  const [hello] = here.socket.sent;
  assert.match(hello.token, /^[\w-]{43}$/);
  assert.deepEqual(Object.keys(hello).sort(), ["lang", "site", "token", "type"]);
});

test("a server that does not answer is told as such, through every new attempt, until it answers", () => {
  const here = browser();
  const visit = here.visit();
  assert.equal(visit.state.failed, false);
  here.socket.fail();
  assert.equal(visit.state.failed, true);
  here.pass(500);
  assert.deepEqual([visit.state.link, visit.state.failed], ["connecting", true]);
  here.socket.accept().say(WELCOME);
  assert.equal(visit.state.failed, false);
});

test("nothing is stored before somebody asks", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.keepDraft("…");
  assert.equal(here.kept.value, null);
});

test("a request waits with its place, then somebody is there", () => {
  const { visit } = talking();
  assert.equal(visit.state.phase, "active");
  assert.deepEqual(visit.state.marks.map(({ kind }) => kind), ["joined"]);
});

test("a request is made in a language that the site answers in", () => {
  const here = browser();
  const visit = here.visit({ lang: "uk" });
  here.socket.say(WELCOME);
  visit.ask("emploi");
  assert.equal(here.socket.frames("ask")[0].language, "fr");
});

test("a class code goes with the request, a partner's campaign only in the protocol's letters", () => {
  const here = browser();
  const visit = here.visit({ campaign: "été 2026 / affiches" });
  here.socket.say(WELCOME);
  visit.ask("emploi", { code: "IPES-12" });
  assert.deepEqual(here.socket.frames("ask"), [{ type: "ask", theme: "emploi", language: "fr", school_code: "IPES-12", campaign: "t2026affiches" }]);
});

test("an ask that met a cut is asked again with the same token", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  const [{ token }] = here.socket.sent;
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME);
  assert.equal(here.socket.sent[0].token, token);
  assert.deepEqual(here.socket.frames("ask"), [{ type: "ask", theme: "emploi", language: "fr" }]);
});

test("what is written while waiting stays in the browser and goes first", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say(WAITING);
  visit.say("un");
  visit.say("deux");
  assert.equal(here.socket.frames("say").length, 0);
  here.socket.say(JOINED);
  assert.deepEqual(here.socket.frames("say").map(({ body }) => body), ["un"]);
  here.socket.say(echo(here.socket.frames("say")[0], 1));
  assert.deepEqual(here.socket.frames("say").map(({ body }) => body), ["un", "deux"]);
});

test("a reload in the middle goes on with nothing lost or doubled", () => {
  const { here, visit } = talking();
  visit.say("un");
  visit.say("deux");
  const [un] = here.socket.frames("say");
  const token = visit.token;
  const again = here.visit();
  assert.equal(again.token, token);
  here.socket.say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [echo(un, 1), answer(2)], more: false, gap: false, alias: "x" });
  assert.deepEqual(here.socket.frames("say").map(({ body }) => body), ["deux"]);
  assert.deepEqual(again.messages.map(({ seq }) => seq), [1, 2]);
});

test("a draft and the language survive a reload", () => {
  const { here, visit } = talking();
  visit.speak("nl");
  visit.keepDraft("à moitié");
  const again = here.visit();
  assert.deepEqual([again.draft, again.lang], ["à moitié", "nl"]);
});

test("a message under way when the connection is cut is sent again with its client_id", () => {
  const { here, visit } = talking();
  visit.say("un");
  const [first] = here.socket.frames("say");
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [], more: false, gap: false });
  assert.deepEqual(here.socket.frames("say"), [first]);
});

test("a message under way on a socket that is replaced on waking up is sent again, and does not hold up the next", () => {
  const { here, visit } = talking();
  visit.say("un");
  const [first] = here.socket.frames("say");
  here.pass(30_000);
  here.events.dispatchEvent(new Event("online"));
  here.socket.accept().say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [], more: false, gap: false });
  assert.deepEqual(here.socket.frames("say"), [first]);
  visit.say("deux");
  here.socket.say(echo(first, 1));
  assert.deepEqual(here.socket.frames("say").map(({ body }) => body), ["un", "deux"]);
});

test("a hole makes it say hello once, from the last message without one missing", () => {
  const { here } = talking();
  here.socket.say(answer(1), answer(3), answer(4));
  const hellos = here.socket.frames("hello");
  assert.equal(hellos.length, 2);
  assert.deepEqual([hellos[1].after, hellos[1].epoch], [1, 1]);
});

test("a long absence is caught up page by page", () => {
  const { here, visit } = talking();
  here.socket.say(answer(1));
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [answer(2)], more: true, gap: false });
  assert.equal(here.socket.frames("hello").at(-1).after, 2);
  here.socket.say({ type: "resumed", epoch: 1, state: "active", events: [answer(3)], more: false, gap: false });
  assert.deepEqual(visit.messages.map(({ seq }) => seq), [1, 2, 3]);
});

test("when the server lost its memory, what was read stays and the new messages follow", () => {
  const { here, visit } = talking();
  here.socket.say(answer(1), answer(2));
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, { type: "resumed", epoch: 2, state: "active", events: [answer(1, { epoch: 2, body: "encore là" })], more: false, gap: true });
  assert.deepEqual(visit.messages.map(({ epoch, seq }) => `${epoch}:${seq}`), ["1:1", "1:2", "2:1"]);
  assert.equal(visit.state.marks.at(-1).kind, "mended");
});

test("too fast waits as long as it is told, and keeps the order", () => {
  const { here, visit } = talking();
  visit.say("un");
  visit.say("deux");
  const [un] = here.socket.frames("say");
  here.socket.say({ type: "error", code: "too_fast", detail: "", client_id: un.client_id, retry_after_s: 3 });
  here.pass(2999);
  assert.equal(here.socket.frames("say").length, 1);
  here.pass(1);
  assert.deepEqual(here.socket.frames("say").map(({ body }) => body), ["un", "un"]);
});

test("a refused message is kept, and can be tried again", () => {
  const { here, visit } = talking();
  visit.say("un");
  const [un] = here.socket.frames("say");
  here.socket.say({ type: "error", code: "too_long", detail: "", client_id: un.client_id });
  assert.equal(visit.items[0].state, "failed");
  visit.retry(un.client_id);
  assert.equal(here.socket.frames("say").length, 2);
});

test("a transfer goes back to waiting and on to somebody else, with the conversation in place", () => {
  const { here, visit } = talking();
  here.socket.say(answer(1), { type: "left", alias: "x", at: "2026-11-19T09:01:00Z" }, { type: "requeued", position: 1, estimate_s: 20 });
  assert.equal(visit.state.phase, "waiting");
  visit.say("toujours là");
  here.socket.say(JOINED);
  assert.deepEqual(visit.state.marks.map(({ kind }) => kind), ["joined", "left", "requeued", "joined"]);
  assert.equal(here.socket.frames("say").length, 1);
});

test("a counsellor who comes back from an interruption is not announced as somebody new", () => {
  const { here, visit } = talking();
  here.socket.say({ type: "interrupted", grace_s: 30 });
  assert.equal(visit.state.interrupted, true);
  here.socket.say(JOINED);
  assert.equal(visit.state.interrupted, false);
  assert.equal(visit.state.marks.length, 1);
});

test("the end empties the storage and keeps the text on the screen", () => {
  const { here, visit } = talking();
  here.socket.say(answer(1), { type: "closed", reason: "counsellor_closed", outcome: "served", survey: true });
  assert.equal(here.kept.value, null);
  visit.keepDraft("trop tard");
  assert.equal(here.kept.value, null);
  assert.deepEqual([visit.state.phase, visit.messages.length], ["closed", 1]);
});

test("coming back within a quarter of an hour shows how it ended, and the survey", () => {
  const { here } = talking();
  const again = here.visit();
  here.socket.say(WELCOME, { type: "closed", reason: "visitor_gone", outcome: "served", survey: true });
  assert.deepEqual([again.state.phase, again.state.ended.survey], ["closed", true]);
  assert.equal(here.kept.value, null);
});

test("coming back too late begins anew with another token, and says so", () => {
  const { here, visit } = talking();
  const again = here.visit();
  here.socket.say(WELCOME);
  assert.equal(again.state.phase, "loading");
  here.pass(2500);
  here.socket.accept().say(WELCOME);
  assert.deepEqual([again.state.phase, again.state.problem], ["before", "gone"]);
  assert.notEqual(here.socket.sent[0].token, visit.token);
  assert.equal(here.kept.value, null);
});

test("a refused token in the middle ends the conversation and keeps what was said", () => {
  const { here, visit } = talking();
  here.socket.say(answer(1));
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say({ type: "error", code: "token_refused", detail: "" });
  assert.deepEqual([visit.state.phase, visit.state.ended.reason, visit.messages.length], ["closed", "technical", 1]);
});

test("leaving while the connection is cut is told as soon as it is back", () => {
  const { here, visit } = talking();
  here.socket.fail();
  visit.leave();
  assert.equal(visit.state.phase, "closed");
  assert.equal(here.kept.value, null);
  here.pass(500);
  here.socket.accept().say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [], more: false, gap: false });
  assert.equal(here.socket.frames("leave").length, 1);
  assert.equal(visit.state.phase, "closed");
});

test("frames that come after the end change nothing", () => {
  const { here, visit } = talking();
  visit.leave();
  here.socket.say(JOINED, answer(1), { type: "closed", reason: "visitor_left", outcome: "served", survey: true });
  assert.deepEqual([visit.state.phase, visit.messages.length, visit.state.ended.survey], ["closed", 0, true]);
});

test("a refused request says why and lets one ask again", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say({ type: "error", code: "full", detail: "" });
  assert.deepEqual([visit.state.phase, visit.state.problem], ["before", "full"]);
  visit.ask("emploi");
  here.socket.say(WAITING);
  assert.deepEqual([visit.state.phase, visit.state.problem], ["waiting", null]);
});

const PROOF_WELCOME = { ...WELCOME, challenge: { parameters: {}, signature: "s" } };
const settled = () => new Promise((done) => { setImmediate(done); });

test("a request that needs proof is asked again with it, and says meanwhile what is going on", async () => {
  const here = browser();
  const visit = here.visit({ prove: async ({ signature }) => `proof of ${signature}` });
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say({ type: "error", code: "proof_needed", detail: "" }, PROOF_WELCOME);
  assert.deepEqual([visit.state.phase, visit.state.proving, here.socket.frames("hello").length], ["asking", true, 2]);
  await settled();
  assert.equal(visit.state.proving, false);
  assert.deepEqual(here.socket.frames("ask").map(({ proof }) => proof), [undefined, "proof of s"]);
});

test("a proof that is refused is tried a few times, not for ever", async () => {
  const here = browser();
  const visit = here.visit({ prove: async () => "proof" });
  here.socket.say(PROOF_WELCOME);
  visit.ask("emploi");
  for (let i = 0; i < 4; i++) {
    await settled();
    here.socket.say({ type: "error", code: "proof_refused", detail: "" });
    if (visit.state.phase === "asking") here.socket.say(PROOF_WELCOME);
  }
  assert.deepEqual([visit.state.phase, visit.state.problem, here.socket.frames("ask").length], ["before", "proof_refused", 4]);
});

test("a browser that cannot do the work says so", async () => {
  const here = browser();
  const visit = here.visit({ prove: async () => { throw new Error("no worker, no script"); } });
  here.socket.say(PROOF_WELCOME);
  visit.ask("emploi");
  await settled();
  assert.deepEqual([visit.state.phase, visit.state.problem, visit.state.proving], ["before", "proof_refused", false]);
});

test("a proof of a challenge that is no longer the newest is not given", async () => {
  const here = browser();
  const visit = here.visit({ prove: async ({ signature }) => signature });
  here.socket.say(PROOF_WELCOME);
  visit.ask("emploi");
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say({ ...PROOF_WELCOME, challenge: { signature: "newer" } });
  await settled();
  assert.deepEqual(here.socket.frames("ask").map(({ proof }) => proof), ["newer"]);
});

test("an address that is refused is told so, not that its code is wrong", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say({ type: "error", code: "not_allowed", detail: "", retry_after_s: 3600 });
  assert.equal(visit.state.problem, "blocked");
});

test("a closed page looks again when it opens, a full one after a minute, an open one not at all", () => {
  const here = browser();
  here.visit();
  const hellos = () => here.socket.frames("hello").length;
  const pass = (ms) => { here.pass(ms % 40_000); for (let i = 0; i < ms / 40_000 - 1; i++) { here.socket.say({ type: "ping" }); here.pass(40_000); } };
  const opening = (ms) => new Date(here.now + ms).toISOString();
  here.socket.say({ ...WELCOME, state: "closed", next_opening: opening(300_000) }, { ...WELCOME, state: "full" });
  // Browsers spread over twenty seconds.
  pass(79_999);
  assert.equal(hellos(), 1);
  pass(1);
  assert.equal(hellos(), 2);
  here.socket.say({ ...WELCOME, state: "closed", next_opening: opening(100_000) });
  pass(119_999);
  assert.equal(hellos(), 2);
  pass(1);
  assert.equal(hellos(), 3);
  here.socket.say(WELCOME);
  pass(320_000);
  assert.equal(hellos(), 3);
});

test("somebody who was told that nobody is free can look again", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say({ type: "error", code: "full", detail: "" });
  const told = here.socket.frames("hello").length;
  visit.speak("fr");
  assert.equal(here.socket.frames("hello").length, told + 1);
  here.socket.say(WELCOME);
  assert.deepEqual([visit.state.phase, visit.state.problem], ["before", null]);
});

test("a request that comes too late learns when it opens next, and begins again by itself then", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say({ type: "error", code: "closed_now", detail: "" });
  assert.equal(here.socket.frames("hello").length, 2);
  here.socket.say({ ...WELCOME, state: "closed", next_opening: new Date(here.now + 20_000).toISOString() });
  assert.deepEqual([visit.door, visit.state.problem], ["closed", "closed_now"]);
  here.pass(40_000);
  here.socket.say(WELCOME);
  assert.deepEqual([visit.door, visit.state.problem], ["open", null]);
});

test("a request for which nobody is free is told so, on a site that is open for others, and tries again in a while", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say({ type: "error", code: "full", detail: "" }, WELCOME);
  assert.equal(visit.door, "full");
  here.pass(40_000);
  here.socket.say({ type: "ping" });
  here.pass(40_000);
  here.socket.say(WELCOME);
  assert.equal(visit.door, "open");
});

test("a refusal that the door has no part in asks nothing more of the server", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi", { code: "FAUX" });
  here.socket.say({ type: "error", code: "not_allowed", detail: "" });
  assert.equal(here.socket.frames("hello").length, 1);
});

test("after the end a new question has a new token and an empty thread", () => {
  const { here, visit } = talking();
  const old = visit.token;
  here.socket.say(answer(1), { type: "closed", reason: "idle", outcome: "served", survey: false });
  visit.again();
  here.socket.accept().say(WELCOME);
  assert.notEqual(here.socket.sent[0].token, old);
  assert.deepEqual([visit.state.phase, visit.messages.length, visit.state.marks.length], ["before", 0, 0]);
});

/** Gave up waiting, and would ask once more. */
function hopeful() {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  here.socket.say(WAITING);
  visit.leave();
  here.socket.say(GAVE_UP);
  const { token } = visit;
  visit.again();
  here.socket.accept().say(WELCOME, GAVE_UP);
  return { here, visit, token };
}

test("asking again after giving up goes on under the same token, past the end that is told once more", () => {
  const { here, visit, token } = hopeful();
  assert.deepEqual([here.socket.sent[0].token, visit.state.phase], [token, "before"]);
  visit.ask("formation");
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, GAVE_UP);
  assert.equal(visit.state.phase, "asking");
  here.socket.say(WAITING);
  assert.equal(visit.state.phase, "waiting");
  visit.leave();
  here.socket.say(GAVE_UP);
  assert.equal(visit.state.phase, "closed");
});

test("asking again too late to go on is another request, asked at once under another token", () => {
  const { here, visit, token } = hopeful();
  visit.ask("formation");
  here.socket.say({ type: "error", code: "conversation_closed", detail: "" });
  here.socket.accept().say(WELCOME);
  assert.notEqual(here.socket.sent[0].token, token);
  assert.deepEqual(here.socket.frames("ask"), [{ type: "ask", theme: "formation", language: "fr" }]);
  here.socket.say(WAITING);
  assert.equal(visit.state.phase, "waiting");
});

test("the survey is given again if the connection was cut when it was given", () => {
  const { here, visit } = talking();
  here.socket.say({ type: "closed", reason: "idle", outcome: "served", survey: true });
  here.socket.fail();
  visit.answer({ rating: 5 });
  here.pass(500);
  here.socket.accept().say(WELCOME, { type: "closed", reason: "idle", outcome: "served", survey: true });
  assert.deepEqual(here.socket.frames("survey"), [{ type: "survey", rating: 5 }]);
  assert.equal(visit.state.thanked, true);
});

test("typing is told at most every three seconds, and its end at once", () => {
  const { here, visit } = talking();
  visit.typing(true); visit.typing(true);
  here.pass(3000);
  visit.typing(true); visit.typing(false); visit.typing(false);
  assert.deepEqual(here.socket.frames("typing").map(({ on }) => on), [true, true, false]);
});

test("somebody who stopped typing without saying so stops after a while", () => {
  const { here, visit } = talking();
  here.socket.say({ type: "typing", on: true });
  assert.equal(visit.state.typing, true);
  here.pass(7000);
  assert.equal(visit.state.typing, false);
});

test("seen is told once for each newest answer, never for one's own words", () => {
  const { here, visit } = talking();
  visit.say("un");
  here.socket.say(echo(here.socket.frames("say")[0], 1));
  visit.see();
  assert.equal(here.socket.frames("seen").length, 0);
  here.socket.say(answer(2), answer(3));
  visit.see(); visit.see();
  assert.deepEqual(here.socket.frames("seen"), [{ type: "seen", seq: 3 }]);
});

test("quick exit leaves, closes and forgets, and stores nothing afterwards", () => {
  const { here, visit } = talking();
  const { socket } = here;
  visit.vanish();
  visit.keepDraft("x");
  here.pass(60_000);
  assert.equal(socket.frames("leave").length, 1);
  assert.equal(here.kept.value, null);
  assert.equal(here.socket, socket);
});

test("who is joined and spoken to before the request was answered reads it all, and may write at once", () => {
  const here = browser();
  const visit = here.visit();
  here.socket.say(WELCOME);
  visit.ask("emploi");
  const resumed = { type: "resumed", conversation: "c1", epoch: 1, state: "active", position: null, estimate_s: null, alias: "Conseiller·ère", more: false, gap: false };
  here.socket.say({ ...resumed, events: [answer(1), answer(2)] }, JOINED);
  assert.equal(visit.state.phase, "active");
  assert.deepEqual(visit.messages.map(({ body }) => body), ["réponse 1", "réponse 2"]);
  assert.deepEqual(visit.state.marks.map(({ kind }) => kind), ["joined"]);
  visit.say("me voici");
  assert.equal(here.socket.frames("say").length, 1);
});

test("what a counsellor had to say again after a loss is read once", () => {
  const { here, visit } = talking();
  const said = { ...answer(1), client_id: "n1" };
  here.socket.say(said, { ...said, epoch: 2 }, { ...answer(2, { epoch: 2 }), client_id: "n2" });
  assert.deepEqual(visit.messages.map(({ body }) => body), ["réponse 1", "réponse 2"]);
  assert.deepEqual([visit.thread.epoch, visit.thread.after], [2, 2]);
});
