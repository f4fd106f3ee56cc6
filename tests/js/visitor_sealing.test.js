/* The visitor's session with the real ciphers: what leaves the page is sealed, what comes is opened. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ENVELOPE, visitorFrames } from "./frames.js";
import { about, console, load, makeSealing, quiet, talking } from "./sealed_visitor.js";
import { served } from "./served.js";
import { WAITING, WELCOME, browser } from "./visitor_browser.js";

const { LazySealing } = await served("widget/lazy_sealing.js");

test("what is said goes out sealed, and only whoever takes part is granted its key", async () => {
  const { here, session, other } = await talking();
  session.say("oui 🙂");
  await quiet(session);
  const [said] = here.socket.frames("say");
  assert.ok(!JSON.stringify(here.socket.sent).includes("oui"));
  const keyring = await other.keyring(here.socket);
  assert.equal(await keyring.open(said.body, about({ clientId: said.client_id })), "oui 🙂");
});

test("what is written while waiting goes out sealed once somebody has joined", async () => {
  const here = browser();
  const other = await console();
  const session = here.session({ makeSealing });
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING);
  session.say("un");
  session.say("deux");
  await quiet(session);
  assert.deepEqual(here.socket.frames("say"), []);
  here.socket.say(other.joined);
  await quiet(session);
  const [said] = here.socket.frames("say");
  const keyring = await other.keyring(here.socket);
  assert.equal(await keyring.open(said.body, about({ clientId: said.client_id })), "un");
});

test("an answer is opened, in its order; one's own comes back as it was written", async () => {
  const { here, session, other } = await talking();
  const keyring = await other.keyring(here.socket);
  session.say("bonjour");
  await quiet(session);
  const [said] = here.socket.frames("say");
  const answer = { author: "counsellor", number: 1, client_id: "a" };
  const body = await keyring.seal("Je vous lis.", about({ author: "1", clientId: "a" }));
  here.socket.say(visitorFrames.message({ ...said, author: "visitor", number: null, seq: 1, type: "message" }));
  here.socket.say(visitorFrames.message({ ...answer, seq: 2, body }));
  await quiet(session);
  assert.deepEqual(
    session.messages.value.map((one) => one.body),
    ["bonjour", "Je vous lis."],
  );
  assert.deepEqual(session.items.value, []);
});

test("what cannot be opened is shown as that, counted, and holds up nothing", async () => {
  const { here, session, other } = await talking();
  const keyring = await other.keyring(here.socket);
  const answer = { author: "counsellor", number: 1 };
  here.socket.say(visitorFrames.message({ ...answer, client_id: "a", seq: 1, body: ENVELOPE }));
  const body = await keyring.seal("pour un autre", about({ author: "2", clientId: "b" }));
  here.socket.say(visitorFrames.message({ ...answer, client_id: "b", seq: 2, body }));
  here.socket.say(
    visitorFrames.message({
      ...answer,
      client_id: "c",
      seq: 3,
      body: await keyring.seal("lisible", about({ author: "1", clientId: "c" })),
    }),
  );
  await quiet(session);
  assert.deepEqual(
    session.messages.value.map(({ body: shown, unopened }) => [shown, Boolean(unopened)]),
    [
      [null, true],
      [null, true],
      ["lisible", false],
    ],
  );
  assert.deepEqual(
    here.socket.frames("unopened").map(({ count }) => count),
    [1, 1],
  );
});

test("after somebody left, nothing that is said opens with what they were granted", async () => {
  const { here, session, other } = await talking();
  const old = await other.keyring(here.socket);
  const next = await console(2);
  here.socket.say(other.left, visitorFrames.requeued(), next.joined);
  session.say("après");
  await quiet(session);
  const [said] = here.socket.frames("say");
  await assert.rejects(async () => old.open(said.body, about({ clientId: said.client_id })));
  const fresh = await next.keyring(here.socket);
  assert.equal(await fresh.open(said.body, about({ clientId: said.client_id })), "après");
  // The successor reads what was said before.
  assert.deepEqual(
    fresh.written.map(([generation]) => generation),
    [1, 2],
  );
  assert.equal(other.grants(here.socket).at(-1).generation, 1);
});

test("when a guest leaves, the one who stays is granted the new key", async () => {
  const { here, session, other } = await talking();
  const guest = await console(2);
  here.socket.say(guest.joined, guest.left);
  await quiet(session);
  assert.equal((await other.keyring(here.socket)).newest, 2);
  assert.equal((await guest.keyring(here.socket)).newest, 1);
});

test("another browser of theirs is granted the keys, and newer ones where it asks for them", async () => {
  const { here, session, other } = await talking();
  const second = await console();
  here.socket.say(visitorFrames.grant_wanted({ number: 1, key: second.pair.name }));
  await quiet(session);
  assert.equal((await second.keyring(here.socket)).newest, 1);
  here.socket.say(visitorFrames.grant_wanted({ number: 1, key: second.pair.name, generation: 5 }));
  await quiet(session);
  assert.equal((await second.keyring(here.socket)).newest, 5);
  assert.equal((await other.keyring(here.socket)).newest, 5);
});

test("nobody can ask for so high a generation that none is left for those who leave later", async () => {
  const { here, session, other } = await talking();
  here.socket.say(visitorFrames.grant_wanted({ number: 1, key: other.pair.name, generation: 999_999 }));
  await quiet(session);
  assert.equal((await other.keyring(here.socket)).newest, 1);
});

test("a key that is no point of the curve gets nothing and holds up nothing", async () => {
  const { here, session } = await talking();
  here.socket.say(visitorFrames.grant_wanted({ number: 1, key: `B${"p".repeat(86)}` }));
  session.say("je continue");
  await quiet(session);
  assert.equal(here.socket.frames("say").length, 1);
});

test("leaving, or the end, while something is being sealed leaves nothing behind", async () => {
  for (const end of ["forget", "closed"]) {
    const { here, session } = await talking();
    session.keepDraft("je pars");
    if (end === "forget") session.forget();
    else here.socket.say(visitorFrames.closed());
    await quiet(session);
    assert.equal(here.kept.value, null);
  }
});

test("what seals is loaded when somebody asks, again when that fails, and nothing is lost meanwhile", async () => {
  const here = browser();
  let tries = 0;
  const slow = () => (++tries < 3 ? Promise.reject(new Error("offline")) : load());
  const session = here.session({ makeSealing: (options) => new LazySealing(slow, options) });
  here.socket.say(WELCOME);
  await quiet(session);
  assert.equal(tries, 0);
  const other = await console();
  session.ask("emploi");
  here.socket.say(WAITING, other.joined);
  for (let i = 0; i < 3; i++) {
    await new Promise((then) => setTimeout(then));
    if (i < 2) assert.equal(session.missing.value, true, "the page says that it cannot be loaded");
    here.pass(2000);
  }
  await quiet(session);
  assert.deepEqual([tries, session.missing.value], [3, false]);
  session.say("enfin");
  await quiet(session);
  assert.equal(here.socket.frames("say").length, 1);
});
