/* A visitor's keys outlive a reload, and are on no disk in clear. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { STORAGE_KEY, visitorFrames } from "./frames.js";
import { about, console, makeSealing, quiet, talking } from "./sealed_visitor.js";
import { served } from "./served.js";
import { WELCOME, browser } from "./visitor_browser.js";

const { openGrant, openStored, sealGrant } = await served("chat/sealed.js");
const OTHER_KEY = `${"t".repeat(42)}A`;
const inClear = (kept, words) => kept.ever.filter((text) => words.some((word) => text.includes(word)));

test("a reload goes on with the same keys, drafts and unsent messages, none of them stored in clear", async () => {
  const { here, session, other } = await talking();
  here.socket.fail();
  session.say("sans réseau");
  session.keepDraft("brouillon");
  await quiet(session);
  const keyring = await other.keyring({ frames: () => here.socket.frames("grant") });
  const again = here.session({ makeSealing });
  const answer = { author: "counsellor", number: 1, client_id: "a", seq: 1 };
  const body = await keyring.seal("toujours là", about({ author: "1", clientId: "a" }));
  here.socket.say(
    WELCOME,
    visitorFrames.resumed({ parties: [other.party], events: [visitorFrames.message({ ...answer, body })] }),
  );
  await quiet(again);
  assert.equal(again.draft, "brouillon");
  assert.deepEqual(
    again.messages.value.map((one) => one.body),
    ["toujours là"],
  );
  const [said] = here.socket.frames("say");
  assert.equal(await keyring.open(said.body, about({ clientId: said.client_id })), "sans réseau");
  const secret = keyring.written.map(([, key]) => key);
  assert.deepEqual(inClear(here.kept, ["brouillon", "sans réseau", STORAGE_KEY, ...secret]), []);
});

test("whoever left while the page was away opens nothing that comes later", async () => {
  const { here, session, other } = await talking();
  await quiet(session);
  const old = await other.keyring(here.socket);
  const next = await console(2);
  const again = here.session({ makeSealing });
  here.socket.say(WELCOME, visitorFrames.resumed({ parties: [next.party] }));
  again.say("après");
  await quiet(again);
  const [said] = here.socket.frames("say");
  await assert.rejects(async () => old.open(said.body, about({ clientId: said.client_id })));
  const fresh = await next.keyring(here.socket);
  assert.equal(await fresh.open(said.body, about({ clientId: said.client_id })), "après");
});

test("when the store has lost its memory, the page keeps its keys under the new storage key", async () => {
  const { here, session, other } = await talking();
  const before = await other.keyring(here.socket);
  here.socket.fail();
  here.pass(30_000);
  here.socket.accept().say({ ...WELCOME, storage_key: OTHER_KEY });
  here.socket.say(visitorFrames.resumed({ epoch: 2, gap: true, parties: [other.party], storage_key: OTHER_KEY }));
  await quiet(session);
  assert.deepEqual((await other.keyring(here.socket)).written, before.written);
  const { sealed } = JSON.parse(here.kept.value);
  assert.equal(await openStored(STORAGE_KEY, sealed), null);
  assert.deepEqual((await openStored(OTHER_KEY, sealed)).generations, [1]);
});

test("a page that has lost its keys goes on with a generation that nobody has", async () => {
  const { here, session, other } = await talking();
  await quiet(session);
  const again = here.session({ makeSealing });
  const lost = { epoch: 2, gap: true, parties: [other.party], storage_key: OTHER_KEY };
  here.socket.say({ ...WELCOME, storage_key: OTHER_KEY }, visitorFrames.resumed(lost));
  again.say("me revoilà");
  await quiet(again);
  const fresh = await other.keyring(here.socket);
  const [said] = here.socket.frames("say");
  assert.ok(fresh.newest > 1000);
  assert.equal(await fresh.open(said.body, about({ clientId: said.client_id })), "me revoilà");
});

test("two pages with one token make the same keys, and each opens what the other had sealed", async () => {
  const { here, session, other } = await talking();
  await quiet(session);
  // As a tab that is duplicated: with a copy of what is stored.
  const copy = browser();
  copy.kept.value = here.kept.value;
  const twin = copy.session({ makeSealing });
  copy.socket.say(WELCOME, visitorFrames.resumed({ parties: [other.party] }));
  await quiet(twin);
  here.socket.say(other.left);
  session.say("du premier");
  const next = await console(2);
  here.socket.say(next.joined);
  await quiet(session);
  const [said] = here.socket.frames("say");
  copy.socket.say(visitorFrames.message({ ...said, author: "visitor", number: null, seq: 1, type: "message" }));
  await quiet(twin);
  assert.deepEqual(
    twin.messages.value.map((one) => one.body),
    ["du premier"],
  );
});

/** What the owner's console granted to a guest while the visitor was away. */
async function guestOf({ here, other }) {
  const guest = await console(2);
  const where = { conversation: "c1", number: 2, to: guest.pair.name };
  const grant = await sealGrant(await other.keyring(here.socket), other.pair, where);
  return openGrant({ key: other.pair.name, ...grant }, guest.pair, { conversation: "c1", number: 2 });
}

test("a guest who came and left while the connection was lost opens nothing that comes later", async () => {
  const { here, session, other } = await talking();
  const guest = await guestOf({ here, other });
  here.socket.fail();
  session.say("après");
  here.pass(30_000);
  here.socket.accept().say(WELCOME, visitorFrames.resumed({ parties: [other.party], parties_so_far: 2 }));
  await quiet(session);
  const [said] = here.socket.frames("say");
  await assert.rejects(async () => guest.open(said.body, about({ clientId: said.client_id })));
  const fresh = await other.keyring(here.socket);
  assert.equal(await fresh.open(said.body, about({ clientId: said.client_id })), "après");
});

test("the same for a page that was closed meanwhile, and it makes no new key when nobody came", async () => {
  const { here, session, other } = await talking();
  await quiet(session);
  const guest = await guestOf({ here, other });
  const again = here.session({ makeSealing });
  here.socket.say(WELCOME, visitorFrames.resumed({ parties: [other.party], parties_so_far: 2 }));
  again.say("après");
  await quiet(again);
  const [said] = here.socket.frames("say");
  await assert.rejects(async () => guest.open(said.body, about({ clientId: said.client_id })));
  const third = here.session({ makeSealing });
  here.socket.say(WELCOME, visitorFrames.resumed({ parties: [other.party], parties_so_far: 2 }));
  await quiet(third);
  assert.deepEqual((await other.keyring(here.socket)).generations.toSorted(), [1, 2]);
});
