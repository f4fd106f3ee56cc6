/* What holds for any text and any names: the properties of chat/sealed.js. The formats: sealed.test.js. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Dice } from "./any_text.js";
import { served } from "./served.js";

const sealed = await served("chat/sealed.js");
const { BLOCK_BYTES, Keyring, LONGEST_BODY, newPair, newRoot, openGrant, sealGrant } = sealed;
const TIMES = 300;
const OUTSIDE_BODY = 12 + 16; // the nonce, the tag

/** Plays a property with fresh values. */
function always(name, property, times = TIMES) {
  test(name, async () => {
    const dice = new Dice();
    for (let i = 0; i < times; i++) {
      try {
        await property(dice);
      } catch (fault) {
        throw new Error(`SEED=${dice.seed}, the ${i + 1}. time`, { cause: fault });
      }
    }
  });
}

const ring = (...generations) => new Keyring(generations.map((generation) => [generation, newRoot()]));
const generations = (dice, count) => {
  const found = [];
  while (found.length < count) found.push(dice.other(found, dice.generation));
  return found.sort((one, two) => one - two);
};
const someAbout = (dice) => ({
  conversation: dice.conversation(),
  author: dice.one(["visitor", String(dice.number())]),
  clientId: dice.name(),
  kind: dice.one(["message", "note"]),
});
const bytesOf = (envelope) => sealed.fromBase64url(envelope.split(".")[2]);
const utf8 = (text) => Buffer.byteLength(text.replace(/\p{Cs}/gu, "\ufffd"));
/** By the cipher, and by nothing else that could fail. */
const closed = (keyring, envelope, about) =>
  assert.rejects(async () => keyring.open(envelope, about), { name: "OperationError" });
const lacks = (keyring, envelope, about) =>
  assert.rejects(async () => keyring.open(envelope, about), { message: "no such generation" });

always("any text opens as it was sealed; halves of pairs of UTF-16 are replaced", async (dice) => {
  const [text, about, keyring] = [dice.text(), someAbout(dice), ring(dice.generation())];
  assert.equal(await keyring.open(await keyring.seal(text, about), about), text.replace(/\p{Cs}/gu, "\ufffd"));
});

test("the texts that are drawn are of all kinds: else the properties say little", () => {
  const dice = new Dice();
  const texts = dice.many(TIMES, () => dice.text());
  const lengths = texts.map((text) => [...text].length);
  assert.ok(Math.max(...lengths) > 2000, `SEED=${dice.seed}`);
  assert.ok(Math.max(...lengths) <= LONGEST_BODY);
  for (const kind of [/\p{Cs}/u, /[\u{10000}-\u{10ffff}]/u, /\p{M}/u, /\p{Cc}/u, /^.$/su])
    assert.ok(
      texts.some((text) => kind.test(text)),
      `none with ${kind}, SEED=${dice.seed}`,
    );
});

const TOO_MUCH = { name: "RangeError", message: "empty, or too long" };

always("a text of which nothing can be seen is refused", async (dice) => {
  await assert.rejects(async () => ring(1).seal(dice.blank(), someAbout(dice)), TOO_MUCH);
});

always(
  "4,000 code points are sealed, whatever they are, and one more is refused",
  async (dice) => {
    const sign = dice.one(["x", "é", "e\u0301", "漢", "🙂", "👩\u200d🚒", "\ud83d"]);
    const text = [...sign.repeat(LONGEST_BODY)].slice(0, LONGEST_BODY).join("");
    const [about, keyring] = [someAbout(dice), ring(1)];
    assert.equal(await keyring.open(await keyring.seal(text, about), about), text.replace(/\p{Cs}/gu, "\ufffd"));
    for (const more of ["x", " ", "🙂", dice.text(50)])
      await assert.rejects(async () => keyring.seal(`x${text}${more}`, about), TOO_MUCH);
    await assert.rejects(async () => keyring.seal(`${text}x`, about), TOO_MUCH);
  },
  20,
);

/** Another value of each field, near to the true one or not. */
const OTHERS = {
  conversation: (dice, { conversation }) =>
    dice.one([dice.conversation(), conversation.slice(1), conversation.toUpperCase(), `${conversation}|visitor`, ""]),
  author: (dice, { author }) => dice.one(["visitor", String(dice.number()), `${author}0`, ` ${author}`, "Visitor", ""]),
  clientId: (dice, { clientId, kind }) =>
    dice.one([dice.name(), `${clientId}|${kind}`, clientId.slice(1), clientId.toLowerCase(), dice.text(8)]),
  kind: (dice) => dice.one(["message", "note", "Note", "", dice.name()]),
};

for (const [field, make] of Object.entries(OTHERS))
  always(`it opens for no other ${field}`, async (dice) => {
    const [about, keyring] = [someAbout(dice), ring(dice.generation())];
    const envelope = await keyring.seal(dice.text(200), about);
    await keyring.open(envelope, about);
    const other = dice.other([about[field]], () => make(dice, about));
    await closed(keyring, envelope, { ...about, [field]: other });
    await closed(keyring, envelope, { ...someAbout(dice), [field]: other });
  });

always("the end of one field is not taken for the beginning of the next", async (dice) => {
  const [about, keyring] = [someAbout(dice), ring(1)];
  const [first, digit, rest] = [String(dice.number()), String(dice.upTo(10)), dice.name()];
  const envelope = await keyring.seal(dice.text(70), { ...about, author: first, clientId: digit + rest });
  await closed(keyring, envelope, { ...about, author: first + digit, clientId: rest });
});

always(
  "what one counsellor said is not another's, nor the visitor's",
  async (dice) => {
    const [about, keyring, number] = [someAbout(dice), ring(1), dice.number()];
    const envelope = await keyring.seal(dice.text(200), { ...about, author: String(number) });
    const others = ["visitor", ...Array.from({ length: 12 }, (_, i) => String(i + 1))];
    for (const author of others.filter((one) => one !== String(number)))
      await closed(keyring, envelope, { ...about, author });
  },
  50,
);

always("it opens with the key of its generation, and with no other", async (dice) => {
  const [about, known] = [someAbout(dice), generations(dice, dice.between(2, 6))];
  const keyring = ring(...known);
  const envelope = await keyring.seal(dice.text(200), about);
  assert.equal(sealed.generationOf(envelope), known.at(-1));
  await keyring.open(envelope, about);
  const older = dice.one(known.slice(0, -1));
  const [version, , body] = envelope.split(".");
  // As whoever had left has it, whatever they take the number for.
  const left = new Keyring(keyring.written.slice(0, -1));
  await lacks(left, envelope, about);
  await closed(left, `${version}.${older}.${body}`, about);
  await closed(keyring, `${version}.${older}.${body}`, about);
  await lacks(keyring, `${version}.${dice.other(known, dice.generation)}.${body}`, about);
  // Another's keys of the same number.
  await closed(ring(...known), envelope, about);
});

always("what one has left before opens no later generation of the same root", async (dice) => {
  const [root, about, [before, after]] = [newRoot(), someAbout(dice), generations(dice, 2)];
  const [old, now] = await Promise.all(
    [before, after].map(async (one) => new Keyring([[one, await sealed.generationKey(root, one)]])),
  );
  const envelope = await now.seal(dice.text(200), about);
  await now.open(envelope, about);
  await closed(old, envelope.replace(`1.${after}.`, `1.${before}.`), about);
});

always("how much was written is told to the next 64 bytes of UTF-8 only", async (dice) => {
  const [text, about, keyring] = [dice.text(), someAbout(dice), ring(1)];
  const envelope = await keyring.seal(text, about);
  assert.equal(bytesOf(envelope).length, OUTSIDE_BODY + (Math.floor(utf8(text) / BLOCK_BYTES) + 1) * BLOCK_BYTES);
});

always(
  "texts of one block weigh the same, of whatever signs they are",
  async (dice) => {
    const [about, keyring, block] = [someAbout(dice), ring(1), dice.between(0, 20)];
    const [least, most] = [Math.max(1, block * BLOCK_BYTES), block * BLOCK_BYTES + BLOCK_BYTES - 1];
    /** So many bytes, of signs of one to four bytes each. */
    const filled = (bytes) => {
      let text = "";
      while (utf8(text) < bytes) {
        const fitting = ["x", "é", "漢", "🙂"].filter((sign) => utf8(sign) <= bytes - utf8(text));
        text += dice.one(fitting);
      }
      return text;
    };
    const weights = [];
    for (const bytes of [least, most, dice.between(least, most)])
      weights.push((await keyring.seal(filled(bytes), about)).length);
    assert.equal(new Set(weights).size, 1);
    // And the next byte begins another block: the three above are not alike because all are.
    assert.notEqual((await keyring.seal(filled(most + 1), about)).length, weights[0]);
  },
  100,
);

always(
  "a grant opens for its conversation, number and browser, and for no other",
  async (dice) => {
    const [from, to, stranger] = await Promise.all([newPair(), newPair(), newPair()]);
    const keyring = ring(...generations(dice, dice.between(1, 5)));
    const where = { conversation: dice.conversation(), number: dice.number() };
    const grant = await sealGrant(keyring, from, { ...where, to: to.name });
    assert.deepEqual((await openGrant(grant, to, where)).written, keyring.written);
    const refused = (...how) => assert.rejects(async () => openGrant(...how), { name: "OperationError" });
    await refused(grant, to, { ...where, number: dice.other([where.number], dice.number) });
    await refused(grant, to, { ...where, conversation: dice.other([where.conversation], dice.conversation) });
    await refused(grant, stranger, where);
    await refused({ ...grant, key: stranger.name }, to, where);
  },
  50,
);
