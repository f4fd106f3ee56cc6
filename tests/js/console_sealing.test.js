/* The counsellor's end with the real ciphers: its keys, what it opens and seals, and what it does without keys. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ENVELOPE, counsellorFrames, snapshot } from "./frames.js";
import {
  SAY,
  fresh,
  granted,
  keyStore,
  keyring,
  of,
  opened,
  page,
  said,
  store,
  talking,
  visitor,
} from "./sealed_console.js";
import { served } from "./served.js";

const { newPair, newRoot, openGrant } = await served("chat/sealed.js");

beforeEach(fresh);

test("the request names a key of this conversation only, which nothing can read out of the browser", async () => {
  const here = await page();
  await here.send({ type: "accept", conversation: "c1" });
  await here.send({ type: "take", conversation: "c2" });
  const [[one], [two]] = [here.sentOf("accept"), here.sentOf("take")];
  assert.notEqual(one.key, two.key);
  assert.equal(store.kept.get("c1").pair.name, one.key);
  assert.equal(store.kept.get("c1").pair.privateKey.extractable, false);
});

test("what is typed before the keys have come goes out sealed when they have", async () => {
  const here = await page();
  await here.send({ type: "accept", conversation: "c1" });
  const [{ key }] = here.sentOf("accept");
  await here.say(opened());
  assert.equal(await here.send(SAY), true);
  assert.deepEqual(here.sentOf("say"), []);
  await here.say(await granted(key));
  const [{ body }] = here.sentOf("say");
  assert.equal(await keyring.open(body, of("1", "m1")), "Bonjour");
});

test("what was said before the keys have come is locked, and opens when they have", async () => {
  const here = await page();
  await here.send({ type: "accept", conversation: "c1" });
  const [{ key }] = here.sentOf("accept");
  await here.say(opened({ messages: [await said("un")] }), await said("deux", "v2", { seq: 2 }));
  assert.deepEqual([here.shownOf("opened")[0].keys, here.shownOf("message")[0].locked], [false, true]);
  await here.say(await granted(key));
  const [{ messages }] = here.shownOf("unlocked");
  assert.deepEqual(
    messages.map(({ seq, body }) => [seq, body]),
    [
      [1, "un"],
      [2, "deux"],
    ],
  );
});

test("a message and a note are opened and sealed, each with its own key", async () => {
  const { here } = await talking();
  await here.say(await said("un"));
  await here.send({ type: "note", conversation: "c1", client_id: "n1", body: "à suivre" });
  assert.equal(here.shownOf("message")[0].body, "un");
  const [{ body }] = here.sentOf("note");
  assert.equal(await keyring.open(body, of("1", "n1", "note")), "à suivre");
  const note = counsellorFrames.note({ client_id: "n1", body });
  await here.say(note);
  assert.equal(here.shownOf("note")[0].body, "à suivre");
});

test("the note of a transfer is sealed, and has a name", async () => {
  const { here } = await talking();
  await here.send({ type: "transfer", conversation: "c1", to: { theme: "emploi" }, note: "un stage" });
  const [{ note, note_id }] = here.sentOf("transfer");
  assert.equal(await keyring.open(note, of("1", note_id, "note")), "un stage");
});

test("what is done after a message was written follows it", async () => {
  const { here } = await talking();
  here.sealing.send(SAY);
  here.sealing.send({ type: "close", conversation: "c1", classification: { theme: "emploi" } });
  await here.quiet();
  assert.deepEqual(
    here.sent.slice(-2).map(({ type }) => type),
    ["say", "close"],
  );
});

test("what cannot be opened is shown as that and counted, and the next is read", async () => {
  const { here } = await talking();
  await here.say(counsellorFrames.message({ client_id: "x", body: ENVELOPE }), await said("lisible", "v2", { seq: 2 }));
  assert.deepEqual(
    here.shownOf("message").map(({ body, unopened }) => [body, Boolean(unopened)]),
    [
      [null, true],
      ["lisible", false],
    ],
  );
  assert.deepEqual(
    here.sentOf("unopened").map(({ count }) => count),
    [1],
  );
});

test("a reloaded page has the same key, and opens what it is given", async () => {
  const { key } = await talking();
  const again = await page();
  assert.deepEqual(again.sealing.names, { c1: key });
  const grant = await granted(key);
  const conversations = [snapshot("c1", { grant, messages: [await said("encore")] })];
  await again.say(counsellorFrames.welcome({ conversations }));
  assert.equal(again.shownOf("welcome")[0].conversations[0].messages[0].body, "encore");
});

test("another browser makes a key of its own and asks for the keys", async () => {
  await talking();
  const other = await page(keyStore());
  await other.say(counsellorFrames.welcome({ conversations: [snapshot("c1")] }));
  const [{ key }] = other.sentOf("grant_wanted");
  await other.say(await granted(key), await said("lisible ici"));
  assert.equal(other.shownOf("message")[0].body, "lisible ici");
});

test("it asks again until the keys come", async () => {
  const here = await page();
  await here.say(opened());
  here.now = 6000;
  here.sealing.tick();
  here.sealing.tick();
  assert.equal(here.sentOf("grant_wanted").length, 2);
});

test("a message of a newer generation waits for its key, which is asked for", async () => {
  const { here, key } = await talking();
  keyring.add(2, newRoot());
  await here.say(await said("de la suivante"));
  assert.equal(here.sentOf("grant_wanted").at(-1).generation, 2);
  await here.say(await granted(key));
  assert.equal(here.shownOf("unlocked").at(-1).messages[0].body, "de la suivante");
});

test("while the visitor is away it grants a colleague's browser; while they are there it does not", async () => {
  const { here } = await talking();
  const guest = await newPair();
  const wanted = counsellorFrames.grant_wanted({ number: 2, key: guest.name });
  await here.say(wanted);
  assert.deepEqual(here.sentOf("grant"), []);
  await here.say(counsellorFrames.visitor({ state: "gone", grace_s: 100 }), wanted);
  const [grant] = here.sentOf("grant");
  assert.deepEqual((await openGrant(grant, guest, { conversation: "c1", number: 2 })).written, keyring.written);
});

test("what waits for keys when the connection is replaced is dropped: whoever wrote it sends it again", async () => {
  const here = await page();
  await here.say(opened());
  await here.send(SAY);
  here.sealing.connected();
  await here.send(SAY);
  const [{ key }] = here.sentOf("grant_wanted");
  await here.say(await granted(key));
  assert.equal(here.sentOf("say").length, 1);
});

test("without a connection nothing is taken to be sealed", async () => {
  const { here } = await talking();
  here.online = false;
  assert.equal(await here.send(SAY), false);
});

test("its key is gone when the conversation is", async () => {
  const { here } = await talking();
  await here.say(counsellorFrames.closed());
  assert.deepEqual([...store.kept], []);
  assert.deepEqual(here.sealing.names, {});
});

test("no key stays in the browser of somebody who has signed out", async () => {
  const { here } = await talking();
  here.sealing.leave();
  assert.deepEqual([...store.kept], []);
  assert.deepEqual(here.sealing.names, {});
});
