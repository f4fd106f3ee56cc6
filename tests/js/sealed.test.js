import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { served } from "./served.js";

const sealed = await served("chat/sealed.js");
const { Keyring, canSeal, newPair, openGrant, openStored, sealGrant, sealStored } = sealed;
const VECTORS = JSON.parse(readFileSync(new URL("../vectors/sealed.json", import.meta.url), "utf8"));
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** A keyring of these generations, of a root of its own. */
const fresh = (...generations) =>
  new Keyring((generations.length ? generations : [1]).map((generation) => [generation, sealed.newRoot()]));
const about = (more = {}) => ({ conversation: "c", author: "visitor", clientId: "a", kind: "message", ...more });
const aboutOf = (vector) => ({ ...vector, clientId: vector.client_id });
const bytesOf = (envelope) => sealed.fromBase64url(envelope.split(".").at(-1));
const refuses = (promise) => assert.rejects(async () => promise);

/** Every nonce is this one: only to write again what the vectors hold. */
async function withNonce(nonce, then) {
  const { getRandomValues } = crypto;
  crypto.getRandomValues = (array) => (array.set(sealed.fromBase64url(nonce).subarray(0, array.length)), array);
  try {
    return await then();
  } finally {
    crypto.getRandomValues = getRandomValues;
  }
}

/** A pair of the vectors. */
async function known(jwk) {
  const privateKey = await crypto.subtle.importKey("jwk", jwk, CURVE, true, ["deriveBits"]);
  const { d: _, ...half } = jwk;
  const publicKey = await crypto.subtle.importKey("jwk", half, CURVE, true, []);
  return { name: sealed.base64url(new Uint8Array(await crypto.subtle.exportKey("raw", publicKey))), privateKey };
}

for (const vector of VECTORS.bodies) {
  test(`the vector opens, and is written again alike: ${vector.name}`, async () => {
    const all = new Keyring(VECTORS.keyring);
    assert.equal(await all.open(vector.envelope, aboutOf(vector)), vector.text);
    const then = new Keyring(VECTORS.keyring.filter(([generation]) => generation <= (vector.generation ?? 2)));
    const again = await withNonce(vector.nonce, () => then.seal(vector.text, aboutOf(vector)));
    assert.equal(again, vector.envelope);
  });
}

test("the vector of a grant opens, and is written again alike", async () => {
  const { conversation, number, nonce, grant, ...pairs } = VECTORS.grant;
  const [from, to] = [await known(pairs.from), await known(pairs.to)];
  const opened = await openGrant(grant, to, { conversation, number });
  assert.deepEqual(opened.written, VECTORS.keyring);
  const again = () => sealGrant(opened, from, { conversation, number, to: to.name });
  assert.deepEqual(await withNonce(nonce, again), grant);
});

test("the vector of what is stored opens, and is written again alike", async () => {
  const { key, nonce, value, sealed: kept } = VECTORS.stored;
  assert.deepEqual(await openStored(key, kept), value);
  assert.equal(await withNonce(nonce, () => sealStored(key, value)), kept);
});

test("nothing that can be seen, or too much: refused before it is sealed", async () => {
  const keyring = fresh();
  for (const body of ["", "  \n", "\u2800\u200d", "x".repeat(sealed.LONGEST_BODY + 1)])
    await refuses(keyring.seal(body, about()));
  await keyring.seal("🙂".repeat(sealed.LONGEST_BODY), about());
});

test("it opens with the key of its generation, and with no other", async () => {
  const keyring = fresh();
  const first = await keyring.seal("avant", about());
  const before = new Keyring(keyring.written);
  keyring.add(2, sealed.newRoot());
  const second = await keyring.seal("après", about());
  assert.equal(await keyring.open(first, about()), "avant");
  await refuses(before.open(second, about()));
  await refuses(keyring.open(second.replace("1.2.", "1.1."), about()));
  await refuses(keyring.open(first.replace("1.1.", "1.2."), about()));
  await refuses(fresh().open(first, about()));
});

test("it does not open when any part of it was changed, or it is no envelope", async () => {
  const keyring = fresh();
  const envelope = await keyring.seal("oui", about());
  for (let i = 4; i < envelope.length; i++) {
    const other = envelope[i] === "A" ? "B" : "A";
    await refuses(keyring.open(envelope.slice(0, i) + other + envelope.slice(i + 1), about()));
  }
  for (const other of ["oui", "", "1.1.", `2${envelope.slice(1)}`, `${envelope}=`, ` ${envelope}`])
    await refuses(keyring.open(other, about()));
});

test("texts that differ by less than 64 bytes weigh the same", async () => {
  const keyring = fresh();
  const sizes = new Map();
  for (let length = 1; length <= 200; length++) {
    const { length: size } = bytesOf(await keyring.seal("x".repeat(length), about()));
    sizes.set(size, [...(sizes.get(size) ?? []), length]);
  }
  assert.deepEqual(
    [...sizes.values()].slice(0, 3).map((all) => [all[0], all.at(-1)]),
    [
      [1, 63],
      [64, 127],
      [128, 191],
    ],
  );
});

test("of 100,000 envelopes no two have the same nonce", async () => {
  const nonces = new Set();
  const { encrypt } = SubtleCrypto.prototype;
  // The cipher takes seconds for so many, and is not what is tried here.
  SubtleCrypto.prototype.encrypt = ({ iv }) => (nonces.add(sealed.base64url(iv)), iv);
  try {
    const keyring = fresh();
    for (let i = 0; i < 100_000; i++) await keyring.seal("x", about());
  } finally {
    SubtleCrypto.prototype.encrypt = encrypt;
  }
  assert.equal(nonces.size, 100_000);
});

test("a grant opens for its conversation, number and browser, and for no other", async () => {
  const [visitor, console, other] = await Promise.all([newPair(), newPair(), newPair()]);
  const keyring = fresh();
  keyring.add(2, sealed.newRoot());
  const where = { conversation: "c", number: 1 };
  const grant = await sealGrant(keyring, visitor, { ...where, to: console.name });
  assert.deepEqual((await openGrant(grant, console, where)).written, keyring.written);
  assert.equal(grant.generation, 2);
  await refuses(openGrant(grant, other, where));
  await refuses(openGrant(grant, console, { ...where, number: 2 }));
  await refuses(openGrant(grant, console, { ...where, conversation: "d" }));
  await refuses(openGrant({ ...grant, key: other.name }, console, where));
});

test("the private half of a pair does not leave its browser", async () => {
  const { privateKey } = await newPair();
  await refuses(crypto.subtle.exportKey("jwk", privateKey));
  assert.equal(privateKey.extractable, false);
});

test("what is stored opens with its key and no other, and not when it was changed", async () => {
  const { key, value } = VECTORS.stored;
  const kept = await sealStored(key, value);
  assert.deepEqual(await openStored(key, kept), value);
  assert.equal(await openStored("q".repeat(43).slice(0, 42) + "A", kept), null);
  assert.equal(await openStored(key, `${kept.slice(0, 30)}${kept[30] === "A" ? "B" : "A"}${kept.slice(31)}`), null);
  assert.equal(await openStored(key, "nonsense"), null);
});

test("the keys of all generations come from one root, alike in each page that has it", async () => {
  const { root, keys } = VECTORS.root;
  for (const [generation, key] of keys) assert.equal(await sealed.generationKey(root, generation), key);
  assert.notEqual(await sealed.generationKey(sealed.newRoot(), 1), keys[0][1]);
});

test("a grant holds the last hundred generations", async () => {
  const many = fresh(...Array.from({ length: 130 }, (_, i) => i + 1));
  assert.deepEqual([many.written.length, many.written[0][0], many.newest], [100, 31, 130]);
});

test("a browser without cryptography is known by that", () => {
  assert.equal(canSeal(), true);
});
