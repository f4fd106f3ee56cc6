import assert from "node:assert/strict";
import { test } from "node:test";
import { visitorFrames } from "./frames.js";
import { WAITING, WELCOME, browser, talking } from "./visitor_browser.js";

test("hello carries a token of thirty-two bytes and nothing to come back to", () => {
  const here = browser();
  here.session();
  const [hello] = here.socket.sent;
  assert.match(hello.token, /^[\w-]{43}$/);
  assert.deepEqual(Object.keys(hello).sort(), ["lang", "protocol", "site", "token", "type"]);
});

test("a server that does not answer is told as such, through every new attempt, until it answers", () => {
  const here = browser();
  const session = here.session();
  assert.equal(session.failed.value, false);
  here.socket.fail();
  assert.equal(session.failed.value, true);
  here.pass(500);
  assert.deepEqual([session.link.value, session.failed.value], ["connecting", true]);
  here.socket.accept().say(WELCOME);
  assert.equal(session.failed.value, false);
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
  assert.equal(session.phase.value, "active");
  assert.deepEqual(
    session.marks.value.map(({ kind }) => kind),
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

test("a refused request says why and lets one ask again", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(visitorFrames.error({ code: "full" }));
  assert.deepEqual([session.phase.value, session.problem.value], ["before", "full"]);
  session.ask("emploi");
  here.socket.say(WAITING);
  assert.deepEqual([session.phase.value, session.problem.value], ["waiting", null]);
});

const PROOF_WELCOME = visitorFrames.welcome({ challenge: { parameters: {}, signature: "s" } });

const settled = () =>
  new Promise((done) => {
    setImmediate(done);
  });

test("a request that needs proof is asked again with it, and says meanwhile what is going on", async () => {
  const here = browser();
  const session = here.session({ solveProof: async ({ signature }) => `proof of ${signature}` });
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(visitorFrames.error({ code: "proof_needed" }), PROOF_WELCOME);
  assert.deepEqual(
    [session.phase.value, session.proving.value, here.socket.frames("hello").length],
    ["asking", true, 2],
  );
  await settled();
  assert.equal(session.proving.value, false);
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
    here.socket.say(visitorFrames.error({ code: "proof_refused" }));
    if (session.phase.value === "asking") here.socket.say(PROOF_WELCOME);
  }
  assert.deepEqual(
    [session.phase.value, session.problem.value, here.socket.frames("ask").length],
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
    [session.phase.value, session.problem.value, session.proving.value],
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
  here.socket.accept().say(visitorFrames.welcome({ challenge: { signature: "newer" } }));
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
  here.socket.say(visitorFrames.error({ code: "not_allowed", retry_after_s: 3600 }));
  assert.equal(session.problem.value, "blocked");
});
