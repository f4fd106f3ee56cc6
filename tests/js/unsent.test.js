import assert from "node:assert/strict";
import { test } from "node:test";
import { DRAFT_KEY, visitorFrames } from "./frames.js";
import { served } from "./served.js";
import { JOINED, RESUMED, WAITING, WELCOME, browser, echo, settled, talking } from "./visitor_browser.js";

const { Unsent } = await served("widget/unsent.js");
const UNSENT = { draft: "je veux partir 漢🙂", outbox: [{ client_id: "a", body: "et vite", state: "queued" }] };
const OTHER_KEY = `${"q".repeat(43)}=`;

async function unlocked(key = DRAFT_KEY) {
  const unsent = new Unsent();
  await unsent.unlock(key);
  return unsent;
}

test("what was sealed opens with the server's key after a reload, once", async () => {
  const before = await unlocked();
  assert.equal(await before.keep(UNSENT), true);
  const after = new Unsent(before.sealed);
  assert.deepEqual(await after.unlock(DRAFT_KEY), UNSENT);
  assert.equal(await after.unlock(DRAFT_KEY), null);
});

test("it opens with no other key, and not when it was changed", async () => {
  const before = await unlocked();
  await before.keep(UNSENT);
  assert.equal(await new Unsent(before.sealed).unlock(OTHER_KEY), null);
  const changed = `${before.sealed.slice(0, 30)}${before.sealed[30] === "A" ? "B" : "A"}${before.sealed.slice(31)}`;
  assert.equal(await new Unsent(changed).unlock(DRAFT_KEY), null);
  assert.equal(await new Unsent("nonsense").unlock(DRAFT_KEY), null);
});

test("without a key nothing is sealed, and what was kept stays", async () => {
  const unsent = new Unsent("from before");
  assert.equal(await unsent.keep(UNSENT), false);
  assert.equal(unsent.sealed, "from before");
});

test("a browser without cryptography keeps nothing", async () => {
  const unsent = new Unsent("from before", undefined);
  const plain = new Unsent("from before", null);
  assert.equal(await plain.unlock(DRAFT_KEY), null);
  assert.equal(await plain.keep(UNSENT), false);
  assert.equal(unsent.sealed, "from before");
});

test("the newest is kept, in whichever order sealing ends", async () => {
  const unsent = await unlocked();
  const all = ["a", "ab", "abc"].map((draft) => unsent.keep({ draft, outbox: [] }));
  assert.deepEqual(await Promise.all(all), [false, false, true]);
  assert.deepEqual(await new Unsent(unsent.sealed).unlock(DRAFT_KEY), { draft: "abc", outbox: [] });
});

test("nothing left to send: nothing is kept", async () => {
  const unsent = await unlocked();
  await unsent.keep(UNSENT);
  assert.equal(await unsent.keep({ draft: "", outbox: [] }), true);
  assert.equal(unsent.sealed, null);
});

const inClear = (kept, words) => kept.ever.filter((text) => words.some((word) => text.includes(word)));

test("no word that was typed or not sent is ever stored in clear, nor is the key", async () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  session.keepDraft("avant la file");
  here.socket.say(WAITING);
  session.keepDraft("brouillon");
  session.say("écrit d'avance");
  await settled(session);
  here.socket.say(JOINED);
  here.socket.fail();
  session.say("sans réseau");
  session.keepDraft("encore");
  await settled(session);
  assert.ok(here.kept.ever.length > 5);
  const words = ["avant la file", "brouillon", "d'avance", "sans réseau", "encore", DRAFT_KEY.slice(0, 43)];
  assert.deepEqual(inClear(here.kept, words), []);
  const again = here.session();
  here.socket.say(WELCOME, RESUMED);
  await settled(again);
  assert.deepEqual(
    [again.draft, again.items.value.map(({ body }) => body)],
    ["encore", ["écrit d'avance", "sans réseau"]],
  );
  assert.deepEqual(inClear(here.kept, words), []);
});

test("what came back before the key is not sent again, and what is typed meanwhile stays", async () => {
  const { here, session } = talking();
  session.say("un");
  const [un] = here.socket.frames("say");
  session.keepDraft("vieux");
  await settled(session);
  const again = here.session();
  here.socket.say(WELCOME, visitorFrames.resumed({ events: [echo(un, 1)] }));
  again.keepDraft("nouveau");
  await settled(again);
  assert.deepEqual(here.socket.frames("say"), []);
  assert.equal(again.draft, "nouveau");
});

test("leaving while something is being sealed leaves nothing behind", async () => {
  const { here, session } = talking();
  session.keepDraft("je pars");
  session.forget();
  await settled(session);
  assert.equal(here.kept.value, null);
});

test("the end while something is being sealed leaves nothing behind", async () => {
  const { here, session } = talking();
  session.keepDraft("trop tard");
  here.socket.say(visitorFrames.closed());
  await settled(session);
  assert.equal(here.kept.value, null);
});
