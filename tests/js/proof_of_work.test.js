import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { served } from "./served.js";

const { solve } = await served("widget/proof.js");

const SALT = "00112233445566778899aabbccddeeff",
  NONCE = "ffeeddccbbaa99887766554433221100";

function derived(counter, cost = 1) {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  let digest = Buffer.concat([Buffer.from(SALT + NONCE, "hex"), count]);
  for (let i = 0; i < cost; i++) digest = createHash("sha256").update(digest).digest();
  return digest.toString("hex");
}

const challenge = (counter, more = {}) => ({
  signature: "x",
  parameters: {
    salt: SALT,
    nonce: NONCE,
    cost: 1,
    keyLength: 32,
    keyPrefix: derived(counter, more.cost).slice(0, 32),
    ...more,
  },
});
const opened = (proof) => JSON.parse(atob(proof));

test("the counter that was hidden is found, with the digest that it gives", async () => {
  for (const counter of [0, 1, 255, 256, 4321]) {
    const asked = challenge(counter);
    assert.deepEqual(opened(await solve(asked)), {
      challenge: asked,
      solution: { counter, derivedKey: derived(counter) },
    });
  }
});

test("a challenge may cost several digests a try", async () => {
  const { solution } = opened(await solve(challenge(300, { cost: 5 })));
  assert.deepEqual(solution, { counter: 300, derivedKey: derived(300, 5) });
});

test("a page that does the work itself breathes now and then", async () => {
  let breaths = 0;
  await solve(challenge(12_000), async () => {
    breaths += 1;
  });
  assert.equal(breaths, 3);
});
