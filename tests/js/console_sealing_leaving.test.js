/* Whoever left a conversation opens nothing that a console seals afterwards. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { counsellorFrames, snapshot } from "./frames.js";
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
  talking,
  visitor,
  where,
} from "./sealed_console.js";
import { served } from "./served.js";

const { Keyring, newPair, newRoot, sealGrant } = await served("chat/sealed.js");

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

test("a guest who came and left while the page was away has the key no longer", async () => {
  const { here, key } = await talking();
  const old = await granted(key);
  for (const one of [here, await page()]) {
    const back = snapshot("c1", { grant: old, parties_so_far: 2 });
    await one.say(counsellorFrames.welcome({ conversations: [back] }));
    await one.send(SAY);
    assert.deepEqual(one.sentOf("say"), []);
    assert.equal(one.sentOf("grant_wanted").at(-1).generation, 2);
  }
});

test("who comes after others seals at once with what the visitor grants", async () => {
  const here = await page();
  await here.send({ type: "accept", conversation: "c1" });
  const [{ key }] = here.sentOf("accept");
  await here.say(opened({ number: 3, numbers: [3] }), await granted(key, { number: 3 }));
  await here.send(SAY);
  assert.equal(here.sentOf("say").length, 1);
});

test("what the visitor grants replaces a colleague's grant, whatever its number; not the reverse", async () => {
  const { here, key } = await talking();
  const [again, colleague] = [await page(), await newPair()];
  const forged = new Keyring([[999_999, newRoot()]]);
  const grant = await sealGrant(forged, colleague, { ...where, to: key });
  const theirs = counsellorFrames.grant({ to: key, ...grant, by_visitor: false });
  await here.say(theirs, await said("après", "v2"));
  assert.equal(here.shownOf("message").at(-1).body, "après");
  const fresh = await page(keyStore());
  await fresh.send({ type: "accept", conversation: "c1" });
  const [{ key: own }] = fresh.sentOf("accept");
  const first = await sealGrant(forged, colleague, { ...where, to: own });
  await fresh.say(opened(), counsellorFrames.grant({ to: own, ...first, by_visitor: false }), await granted(own));
  await fresh.say(await said("lisible", "v3"));
  assert.equal(fresh.shownOf("message").at(-1).body, "lisible");
  await again.say(counsellorFrames.welcome({ conversations: [snapshot("c1", { grant: theirs })] }));
  await again.send(SAY);
  assert.deepEqual(again.sentOf("say"), []);
});

test("no generation is taken that an envelope cannot name, and none is asked for that the server refuses", async () => {
  const { here, key } = await talking();
  for (const generation of [0, 1.5, 1_000_000, 5_000_000]) {
    const bad = await sealGrant(new Keyring([[generation, newRoot()]]), visitor, { ...where, to: key });
    await here.say(counsellorFrames.grant({ to: key, ...bad, generation: 1 }));
  }
  await here.send(SAY);
  assert.equal(here.sentOf("say").length, 1);
  const highest = await sealGrant(new Keyring([[999_999, newRoot()]]), visitor, { ...where, to: key });
  await here.say(counsellorFrames.grant({ to: key, ...highest }), counsellorFrames.left());
  await here.send({ ...SAY, client_id: "m2" });
  assert.equal(here.sentOf("grant_wanted").at(-1).generation, 900_000);
});
