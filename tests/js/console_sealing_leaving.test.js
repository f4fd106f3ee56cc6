/* Whoever left a conversation opens nothing that a console seals afterwards. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { counsellorFrames, snapshot } from "./frames.js";
import { SAY, fresh, granted, keyring, of, opened, page, said, talking, visitor } from "./sealed_console.js";
import { served } from "./served.js";

const { Keyring, newPair, newRoot } = await served("chat/sealed.js");

beforeEach(fresh);

test("after a colleague left it seals with a key that they do not have, however long that takes", async () => {
  const { here, key } = await talking();
  const old = new Keyring(keyring.written);
  await here.say(counsellorFrames.left());
  await here.send(SAY);
  assert.deepEqual(here.sentOf("say"), []);
  assert.equal(here.sentOf("grant_wanted").at(-1).generation, 2);
  keyring.add(2, newRoot());
  await here.say(await granted(key));
  const [{ body }] = here.sentOf("say");
  await assert.rejects(async () => old.open(body, of("1", "m1")));
  assert.equal(await keyring.open(body, of("1", "m1")), "Bonjour");
});

test("what is being sealed when a colleague leaves goes out with the next key", async () => {
  const { here, key } = await talking();
  const old = new Keyring(keyring.written);
  const earlier = await said("encore");
  here.sealing.send(SAY);
  // Heard while the one is being sealed and the other opened.
  await here.say(earlier, counsellorFrames.left());
  assert.deepEqual(here.sentOf("say"), []);
  here.sealing.send({ ...SAY, client_id: "m2", body: "Voilà" });
  keyring.add(2, newRoot());
  await here.say(await granted(key));
  const sent = here.sentOf("say");
  assert.deepEqual(sent.map(({ client_id: id }) => id).sort(), ["m1", "m2"]);
  for (const { body, client_id: id } of sent) {
    await assert.rejects(async () => old.open(body, of("1", id)));
    assert.ok(await keyring.open(body, of("1", id)));
  }
});

test("a colleague who left while the page was away has the key no longer, nor after a reload of it", async () => {
  const { here, key } = await talking();
  await here.say(counsellorFrames.parties({ numbers: [1, 2] }));
  const old = await granted(key);
  for (const one of [here, await page()]) {
    await one.say(counsellorFrames.welcome({ conversations: [snapshot("c1", { grant: old })] }));
    await one.send(SAY);
    assert.deepEqual(one.sentOf("say"), []);
    assert.equal(one.sentOf("grant_wanted").at(-1).generation, 2);
  }
});

test("who has only a key that somebody left with grants it to nobody", async () => {
  const { here } = await talking();
  const guest = await newPair();
  await here.say(counsellorFrames.left(), counsellorFrames.visitor({ state: "gone", grace_s: 100 }));
  await here.say(counsellorFrames.grant_wanted({ number: 2, key: guest.name }));
  assert.deepEqual(here.sentOf("grant"), []);
});

test("an older grant than one that it has had is not taken again, not even after a reload", async () => {
  const { here, key } = await talking();
  const old = await granted(key);
  keyring.add(2, newRoot());
  await here.say(await granted(key));
  const again = await page();
  await again.say(counsellorFrames.welcome({ conversations: [snapshot("c1", { grant: old })] }));
  await again.send(SAY);
  assert.deepEqual(again.sentOf("say"), []);
  assert.equal(again.sentOf("grant_wanted").at(-1).generation, 2);
});
