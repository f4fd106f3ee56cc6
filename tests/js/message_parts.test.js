import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { messageParts } = await served("chat/message_parts.js");
const limits = { body: 20, frame: 16_384 };

test("a text that fits is one part", () => {
  assert.deepEqual(messageParts("  un deux trois ", limits), ["un deux trois"]);
});

test("paragraphs, lines, sentences and words are kept whole, in this order", () => {
  assert.deepEqual(messageParts("un deux trois\n\nquatre cinq six", limits), ["un deux trois", "quatre cinq six"]);
  assert.deepEqual(messageParts("un deux trois\nquatre cinq six", limits), ["un deux trois", "quatre cinq six"]);
  assert.deepEqual(messageParts("Un deux trois. Quatre cinq.", limits), ["Un deux trois.", "Quatre cinq."]);
  assert.deepEqual(messageParts("undeuxtrois quatrecinqsix", limits), ["undeuxtrois", "quatrecinqsix"]);
});

test("nothing is lost where there is no place to part", () => {
  const wall = "a".repeat(45);
  const parts = messageParts(wall, limits);
  assert.deepEqual(
    parts.map(({ length }) => length),
    [20, 20, 5],
  );
  assert.equal(parts.join(""), wall);
});

test("no sign is cut in two", () => {
  const family = "👩‍👩‍👧";
  const parts = messageParts(family.repeat(12), limits);
  assert.equal(parts.join(""), family.repeat(12));
  for (const part of parts) assert.ok(part.startsWith("👩"), part);
});

test("a text that would make too many messages is not parted", () => {
  assert.deepEqual(messageParts("mot ".repeat(60), limits), []);
  assert.deepEqual(messageParts("a".repeat(1_000_000), limits), []);
});
