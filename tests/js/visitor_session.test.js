import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { VisitorSession } = await served("widget/visitor_session.js");

const LANGUAGES = [
  { code: "fr", label: "Français" },
  { code: "nl", label: "Nederlands" },
];
const WELCOME = {
  type: "welcome",
  protocol: 1,
  state: "open",
  themes: [],
  languages: LANGUAGES,
  contacts: [],
  limits: { body: 4000 },
};
const WAITING = { type: "waiting", conversation: "c1", epoch: 1, position: 2, estimate_s: 90 };
const JOINED = { type: "joined", conversation: "c1", alias: "Conseiller·ère", at: "2026-11-19T09:00:00Z" };
const GAVE_UP = { type: "closed", reason: "visitor_left", outcome: "abandoned", survey: false };

/** A visitor's browser: its storage outlives a reload, its clock and its network obey the test. */
function browser() {
  const kept = { value: null };
  const timers = new Map();
  const sockets = [];
  const events = new EventTarget();
  let clock = 1_000_000,
    ids = 0;
  class FakeSocket {
    readyState = 0;
    sent = [];
    constructor() {
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.readyState = 3;
    }
    accept() {
      this.readyState = 1;
      this.onopen();
      return this;
    }
    say(...frames) {
      for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) });
    }
    fail(code = 1006) {
      this.readyState = 3;
      this.onclose({ code });
    }
    frames(type) {
      return this.sent.filter((frame) => frame.type === type);
    }
  }
  return {
    kept,
    events,
    get socket() {
      return sockets.at(-1);
    },
    get now() {
      return clock;
    },
    pass(ms) {
      const until = clock + ms;
      for (;;) {
        const [id, due] =
          [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
        if (!due) break;
        timers.delete(id);
        clock = due.at;
        due.fn();
      }
      clock = until;
    },
    session(options = {}) {
      const store = {
        lasting: true,
        load: () => (kept.value ? JSON.parse(kept.value) : null),
        save: (session) => {
          kept.value = JSON.stringify(session);
        },
        clear: () => {
          kept.value = null;
        },
      };
      const session = new VisitorSession({
        url: "ws://test",
        site: "demo",
        lang: "fr",
        store,
        changed() {},
        ...options,
        world: {
          WebSocket: FakeSocket,
          random: () => 1,
          now: () => clock,
          events,
          setTimeout: (fn, ms) => {
            timers.set(++ids, { fn, at: clock + ms });
            return ids;
          },
          clearTimeout: (id) => timers.delete(id),
        },
      });
      session.open();
      this.socket.accept();
      return session;
    },
  };
}

const echo = ({ client_id: clientId, body }, seq, epoch = 1) => ({
  type: "message",
  epoch,
  seq,
  author: "visitor",
  alias: null,
  client_id: clientId,
  body,
  at: "2026-11-19T09:00:01Z",
});
const answer = (seq, { epoch = 1, body = `réponse ${seq}` } = {}) => ({
  type: "message",
  epoch,
  seq,
  author: "counsellor",
  alias: "Conseiller·ère",
  client_id: null,
  body,
  at: "2026-11-19T09:00:02Z",
});

function talking(here = browser()) {
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING, JOINED);
  return { here, session };
}

test("hello carries a token of thirty-two bytes and nothing to come back to", () => {
  const here = browser();
  here.session();
  const [hello] = here.socket.sent;
  assert.match(hello.token, /^[\w-]{43}$/);
  assert.deepEqual(Object.keys(hello).sort(), ["lang", "site", "token", "type"]);
});

test("a server that does not answer is told as such, through every new attempt, until it answers", () => {
  const here = browser();
  const session = here.session();
  assert.equal(session.state.failed, false);
  here.socket.fail();
  assert.equal(session.state.failed, true);
  here.pass(500);
  assert.deepEqual([session.state.link, session.state.failed], ["connecting", true]);
  here.socket.accept().say(WELCOME);
  assert.equal(session.state.failed, false);
});

test("nothing is stored before somebody asks", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.keepDraft("…");
  assert.equal(here.kept.value, null);
});

test("a request waits with its place, then somebody is there", () => {
  const { session } = talking();
  assert.equal(session.state.phase, "active");
  assert.deepEqual(
    session.state.marks.map(({ kind }) => kind),
    ["joined"],
  );
});

test("a request is made in a language that the site answers in", () => {
  const here = browser();
  const session = here.session({ lang: "uk" });
  here.socket.say(WELCOME);
  session.ask("emploi");
  assert.equal(here.socket.frames("ask")[0].language, "fr");
});

test("a class code goes with the request, a partner's campaign only in the protocol's letters", () => {
  const here = browser();
  const session = here.session({ campaign: "été 2026 / affiches" });
  here.socket.say(WELCOME);
  session.ask("emploi", { code: "IPES-12" });
  assert.deepEqual(here.socket.frames("ask"), [
    { type: "ask", theme: "emploi", language: "fr", school_code: "IPES-12", campaign: "t2026affiches" },
  ]);
});

test("an ask that met a cut is asked again with the same token", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  const [{ token }] = here.socket.sent;
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME);
  assert.equal(here.socket.sent[0].token, token);
  assert.deepEqual(here.socket.frames("ask"), [{ type: "ask", theme: "emploi", language: "fr" }]);
});

test("what is written while waiting stays in the browser and goes first", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING);
  session.say("un");
  session.say("deux");
  assert.equal(here.socket.frames("say").length, 0);
  here.socket.say(JOINED);
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un"],
  );
  here.socket.say(echo(here.socket.frames("say")[0], 1));
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un", "deux"],
  );
});

test("a reload in the middle goes on with nothing lost or doubled", () => {
  const { here, session } = talking();
  session.say("un");
  session.say("deux");
  const [un] = here.socket.frames("say");
  const token = session.token;
  const again = here.session();
  assert.equal(again.token, token);
  here.socket.say(WELCOME, {
    type: "resumed",
    epoch: 1,
    state: "active",
    events: [echo(un, 1), answer(2)],
    more: false,
    gap: false,
    alias: "x",
  });
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["deux"],
  );
  assert.deepEqual(
    again.messages.map(({ seq }) => seq),
    [1, 2],
  );
});

test("a draft and the language survive a reload", () => {
  const { here, session } = talking();
  session.speak("nl");
  session.keepDraft("à moitié");
  const again = here.session();
  assert.deepEqual([again.draft, again.lang], ["à moitié", "nl"]);
});

test("a message under way when the connection is cut is sent again with its client_id", () => {
  const { here, session } = talking();
  session.say("un");
  const [first] = here.socket.frames("say");
  here.socket.fail();
  here.pass(500);
  here.socket
    .accept()
    .say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [], more: false, gap: false });
  assert.deepEqual(here.socket.frames("say"), [first]);
});

test("a message under way on a socket that is replaced on waking up is sent again, and does not hold up the next", () => {
  const { here, session } = talking();
  session.say("un");
  const [first] = here.socket.frames("say");
  here.pass(30_000);
  here.events.dispatchEvent(new Event("online"));
  here.socket
    .accept()
    .say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [], more: false, gap: false });
  assert.deepEqual(here.socket.frames("say"), [first]);
  session.say("deux");
  here.socket.say(echo(first, 1));
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un", "deux"],
  );
});

test("a hole makes it say hello once, from the last message without one missing", () => {
  const { here } = talking();
  here.socket.say(answer(1), answer(3), answer(4));
  const hellos = here.socket.frames("hello");
  assert.equal(hellos.length, 2);
  assert.deepEqual([hellos[1].after, hellos[1].epoch], [1, 1]);
});

test("a long absence is caught up page by page", () => {
  const { here, session } = talking();
  here.socket.say(answer(1));
  here.socket.fail();
  here.pass(500);
  here.socket
    .accept()
    .say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [answer(2)], more: true, gap: false });
  assert.equal(here.socket.frames("hello").at(-1).after, 2);
  here.socket.say({ type: "resumed", epoch: 1, state: "active", events: [answer(3)], more: false, gap: false });
  assert.deepEqual(
    session.messages.map(({ seq }) => seq),
    [1, 2, 3],
  );
});

test("when the server lost its memory, what was read stays and the new messages follow", () => {
  const { here, session } = talking();
  here.socket.say(answer(1), answer(2));
  here.socket.fail();
  here.pass(500);
  here.socket
    .accept()
    .say(WELCOME, {
      type: "resumed",
      epoch: 2,
      state: "active",
      events: [answer(1, { epoch: 2, body: "encore là" })],
      more: false,
      gap: true,
    });
  assert.deepEqual(
    session.messages.map(({ epoch, seq }) => `${epoch}:${seq}`),
    ["1:1", "1:2", "2:1"],
  );
  assert.equal(session.state.marks.at(-1).kind, "mended");
});

test("too fast waits as long as it is told, and keeps the order", () => {
  const { here, session } = talking();
  session.say("un");
  session.say("deux");
  const [un] = here.socket.frames("say");
  here.socket.say({ type: "error", code: "too_fast", detail: "", client_id: un.client_id, retry_after_s: 3 });
  here.pass(2999);
  assert.equal(here.socket.frames("say").length, 1);
  here.pass(1);
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un", "un"],
  );
});

test("a refused message is kept, and can be tried again", () => {
  const { here, session } = talking();
  session.say("un");
  const [un] = here.socket.frames("say");
  here.socket.say({ type: "error", code: "too_long", detail: "", client_id: un.client_id });
  assert.equal(session.items[0].state, "failed");
  session.retry(un.client_id);
  assert.equal(here.socket.frames("say").length, 2);
});

test("a transfer goes back to waiting and on to somebody else, with the conversation in place", () => {
  const { here, session } = talking();
  here.socket.say(
    answer(1),
    { type: "left", alias: "x", at: "2026-11-19T09:01:00Z" },
    { type: "requeued", position: 1, estimate_s: 20 },
  );
  assert.equal(session.state.phase, "waiting");
  session.say("toujours là");
  here.socket.say(JOINED);
  assert.deepEqual(
    session.state.marks.map(({ kind }) => kind),
    ["joined", "left", "requeued", "joined"],
  );
  assert.equal(here.socket.frames("say").length, 1);
});

test("a counsellor who comes back from an interruption is not announced as somebody new", () => {
  const { here, session } = talking();
  here.socket.say({ type: "interrupted", grace_s: 30 });
  assert.equal(session.state.interrupted, true);
  here.socket.say(JOINED);
  assert.equal(session.state.interrupted, false);
  assert.equal(session.state.marks.length, 1);
});

test("the end empties the storage and keeps the text on the screen", () => {
  const { here, session } = talking();
  here.socket.say(answer(1), { type: "closed", reason: "counsellor_closed", outcome: "served", survey: true });
  assert.equal(here.kept.value, null);
  session.keepDraft("trop tard");
  assert.equal(here.kept.value, null);
  assert.deepEqual([session.state.phase, session.messages.length], ["closed", 1]);
});

test("coming back within a quarter of an hour shows how it ended, and the survey", () => {
  const { here } = talking();
  const again = here.session();
  here.socket.say(WELCOME, { type: "closed", reason: "visitor_gone", outcome: "served", survey: true });
  assert.deepEqual([again.state.phase, again.state.ended.survey], ["closed", true]);
  assert.equal(here.kept.value, null);
});

test("coming back too late begins anew with another token, and says so", () => {
  const { here, session } = talking();
  const again = here.session();
  here.socket.say(WELCOME);
  assert.equal(again.state.phase, "loading");
  here.pass(2500);
  here.socket.accept().say(WELCOME);
  assert.deepEqual([again.state.phase, again.state.problem], ["before", "gone"]);
  assert.notEqual(here.socket.sent[0].token, session.token);
  assert.equal(here.kept.value, null);
});

test("a refused token in the middle ends the conversation and keeps what was said", () => {
  const { here, session } = talking();
  here.socket.say(answer(1));
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say({ type: "error", code: "token_refused", detail: "" });
  assert.deepEqual(
    [session.state.phase, session.state.ended.reason, session.messages.length],
    ["closed", "technical", 1],
  );
});

test("leaving while the connection is cut is told as soon as it is back", () => {
  const { here, session } = talking();
  here.socket.fail();
  session.leave();
  assert.equal(session.state.phase, "closed");
  assert.equal(here.kept.value, null);
  here.pass(500);
  here.socket
    .accept()
    .say(WELCOME, { type: "resumed", epoch: 1, state: "active", events: [], more: false, gap: false });
  assert.equal(here.socket.frames("leave").length, 1);
  assert.equal(session.state.phase, "closed");
});

test("frames that come after the end change nothing", () => {
  const { here, session } = talking();
  session.leave();
  here.socket.say(JOINED, answer(1), { type: "closed", reason: "visitor_left", outcome: "served", survey: true });
  assert.deepEqual([session.state.phase, session.messages.length, session.state.ended.survey], ["closed", 0, true]);
});

test("a refused request says why and lets one ask again", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say({ type: "error", code: "full", detail: "" });
  assert.deepEqual([session.state.phase, session.state.problem], ["before", "full"]);
  session.ask("emploi");
  here.socket.say(WAITING);
  assert.deepEqual([session.state.phase, session.state.problem], ["waiting", null]);
});

const PROOF_WELCOME = { ...WELCOME, challenge: { parameters: {}, signature: "s" } };
const settled = () =>
  new Promise((done) => {
    setImmediate(done);
  });

test("a request that needs proof is asked again with it, and says meanwhile what is going on", async () => {
  const here = browser();
  const session = here.session({ solveProof: async ({ signature }) => `proof of ${signature}` });
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say({ type: "error", code: "proof_needed", detail: "" }, PROOF_WELCOME);
  assert.deepEqual(
    [session.state.phase, session.state.proving, here.socket.frames("hello").length],
    ["asking", true, 2],
  );
  await settled();
  assert.equal(session.state.proving, false);
  assert.deepEqual(
    here.socket.frames("ask").map(({ proof }) => proof),
    [undefined, "proof of s"],
  );
});

test("a proof that is refused is tried a few times, not for ever", async () => {
  const here = browser();
  const session = here.session({ solveProof: async () => "proof" });
  here.socket.say(PROOF_WELCOME);
  session.ask("emploi");
  for (let i = 0; i < 4; i++) {
    await settled();
    here.socket.say({ type: "error", code: "proof_refused", detail: "" });
    if (session.state.phase === "asking") here.socket.say(PROOF_WELCOME);
  }
  assert.deepEqual(
    [session.state.phase, session.state.problem, here.socket.frames("ask").length],
    ["before", "proof_refused", 4],
  );
});

test("a browser that cannot do the work says so", async () => {
  const here = browser();
  const session = here.session({
    solveProof: async () => {
      throw new Error("no worker, no script");
    },
  });
  here.socket.say(PROOF_WELCOME);
  session.ask("emploi");
  await settled();
  assert.deepEqual(
    [session.state.phase, session.state.problem, session.state.proving],
    ["before", "proof_refused", false],
  );
});

test("a proof of a challenge that is no longer the newest is not given", async () => {
  const here = browser();
  const session = here.session({ solveProof: async ({ signature }) => signature });
  here.socket.say(PROOF_WELCOME);
  session.ask("emploi");
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say({ ...PROOF_WELCOME, challenge: { signature: "newer" } });
  await settled();
  assert.deepEqual(
    here.socket.frames("ask").map(({ proof }) => proof),
    ["newer"],
  );
});

test("an address that is refused is told so, not that its code is wrong", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say({ type: "error", code: "not_allowed", detail: "", retry_after_s: 3600 });
  assert.equal(session.state.problem, "blocked");
});

test("a closed page looks again when it opens, a full one after a minute, an open one not at all", () => {
  const here = browser();
  here.session();
  const hellos = () => here.socket.frames("hello").length;
  const pass = (ms) => {
    here.pass(ms % 40_000);
    for (let i = 0; i < ms / 40_000 - 1; i++) {
      here.socket.say({ type: "ping" });
      here.pass(40_000);
    }
  };
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
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say({ type: "error", code: "full", detail: "" });
  const told = here.socket.frames("hello").length;
  session.speak("fr");
  assert.equal(here.socket.frames("hello").length, told + 1);
  here.socket.say(WELCOME);
  assert.deepEqual([session.state.phase, session.state.problem], ["before", null]);
});

test("a request that comes too late learns when it opens next, and begins again by itself then", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say({ type: "error", code: "closed_now", detail: "" });
  assert.equal(here.socket.frames("hello").length, 2);
  here.socket.say({ ...WELCOME, state: "closed", next_opening: new Date(here.now + 20_000).toISOString() });
  assert.deepEqual([session.door, session.state.problem], ["closed", "closed_now"]);
  here.pass(40_000);
  here.socket.say(WELCOME);
  assert.deepEqual([session.door, session.state.problem], ["open", null]);
});

test("a request for which nobody is free is told so, on a site that is open for others, and tries again in a while", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say({ type: "error", code: "full", detail: "" }, WELCOME);
  assert.equal(session.door, "full");
  here.pass(40_000);
  here.socket.say({ type: "ping" });
  here.pass(40_000);
  here.socket.say(WELCOME);
  assert.equal(session.door, "open");
});

test("a refusal that the door has no part in asks nothing more of the server", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi", { code: "FAUX" });
  here.socket.say({ type: "error", code: "not_allowed", detail: "" });
  assert.equal(here.socket.frames("hello").length, 1);
});

test("after the end a new question has a new token and an empty thread", () => {
  const { here, session } = talking();
  const old = session.token;
  here.socket.say(answer(1), { type: "closed", reason: "idle", outcome: "served", survey: false });
  session.again();
  here.socket.accept().say(WELCOME);
  assert.notEqual(here.socket.sent[0].token, old);
  assert.deepEqual([session.state.phase, session.messages.length, session.state.marks.length], ["before", 0, 0]);
});

/** Gave up waiting, and would ask once more. */
function hopeful() {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING);
  session.leave();
  here.socket.say(GAVE_UP);
  const { token } = session;
  session.again();
  here.socket.accept().say(WELCOME, GAVE_UP);
  return { here, session, token };
}

test("asking again after giving up goes on under the same token, past the end that is told once more", () => {
  const { here, session, token } = hopeful();
  assert.deepEqual([here.socket.sent[0].token, session.state.phase], [token, "before"]);
  session.ask("formation");
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, GAVE_UP);
  assert.equal(session.state.phase, "asking");
  here.socket.say(WAITING);
  assert.equal(session.state.phase, "waiting");
  session.leave();
  here.socket.say(GAVE_UP);
  assert.equal(session.state.phase, "closed");
});

test("asking again too late to go on is another request, asked at once under another token", () => {
  const { here, session, token } = hopeful();
  session.ask("formation");
  here.socket.say({ type: "error", code: "conversation_closed", detail: "" });
  here.socket.accept().say(WELCOME);
  assert.notEqual(here.socket.sent[0].token, token);
  assert.deepEqual(here.socket.frames("ask"), [{ type: "ask", theme: "formation", language: "fr" }]);
  here.socket.say(WAITING);
  assert.equal(session.state.phase, "waiting");
});

test("the survey is given again if the connection was cut when it was given", () => {
  const { here, session } = talking();
  here.socket.say({ type: "closed", reason: "idle", outcome: "served", survey: true });
  here.socket.fail();
  session.answer({ rating: 5 });
  here.pass(500);
  here.socket.accept().say(WELCOME, { type: "closed", reason: "idle", outcome: "served", survey: true });
  assert.deepEqual(here.socket.frames("survey"), [{ type: "survey", rating: 5 }]);
  assert.equal(session.state.thanked, true);
});

test("typing is told at most every three seconds, and its end at once", () => {
  const { here, session } = talking();
  session.typing(true);
  session.typing(true);
  here.pass(3000);
  session.typing(true);
  session.typing(false);
  session.typing(false);
  assert.deepEqual(
    here.socket.frames("typing").map(({ on }) => on),
    [true, true, false],
  );
});

test("somebody who stopped typing without saying so stops after a while", () => {
  const { here, session } = talking();
  here.socket.say({ type: "typing", on: true });
  assert.equal(session.state.typing, true);
  here.pass(7000);
  assert.equal(session.state.typing, false);
});

test("seen is told once for each newest answer, never for one's own words", () => {
  const { here, session } = talking();
  session.say("un");
  here.socket.say(echo(here.socket.frames("say")[0], 1));
  session.see();
  assert.equal(here.socket.frames("seen").length, 0);
  here.socket.say(answer(2), answer(3));
  session.see();
  session.see();
  assert.deepEqual(here.socket.frames("seen"), [{ type: "seen", seq: 3 }]);
});

test("quick exit leaves, closes and forgets, and stores nothing afterwards", () => {
  const { here, session } = talking();
  const { socket } = here;
  session.vanish();
  session.keepDraft("x");
  here.pass(60_000);
  assert.equal(socket.frames("leave").length, 1);
  assert.equal(here.kept.value, null);
  assert.equal(here.socket, socket);
});

test("who is joined and spoken to before the request was answered reads it all, and may write at once", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  const resumed = {
    type: "resumed",
    conversation: "c1",
    epoch: 1,
    state: "active",
    position: null,
    estimate_s: null,
    alias: "Conseiller·ère",
    more: false,
    gap: false,
  };
  here.socket.say({ ...resumed, events: [answer(1), answer(2)] }, JOINED);
  assert.equal(session.state.phase, "active");
  assert.deepEqual(
    session.messages.map(({ body }) => body),
    ["réponse 1", "réponse 2"],
  );
  assert.deepEqual(
    session.state.marks.map(({ kind }) => kind),
    ["joined"],
  );
  session.say("me voici");
  assert.equal(here.socket.frames("say").length, 1);
});

test("what a counsellor had to say again after a loss is read once", () => {
  const { here, session } = talking();
  const said = { ...answer(1), client_id: "n1" };
  here.socket.say(said, { ...said, epoch: 2 }, { ...answer(2, { epoch: 2 }), client_id: "n2" });
  assert.deepEqual(
    session.messages.map(({ body }) => body),
    ["réponse 1", "réponse 2"],
  );
  assert.deepEqual([session.thread.epoch, session.thread.after], [2, 2]);
});
