import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox, newClientId } from "../../chat/static/chat/outbox.js";

function outbox(items) {
  let count = 0;
  return new Outbox(items, { newId: () => `id${(count += 1)}`, now: () => 0 });
}
const states = (box) => box.items.map(({ body, state }) => `${body} ${state}`);

test("one message is under way at a time, in the order written", () => {
  const box = outbox();
  box.add("un");
  box.add("deux");
  assert.equal(box.next().body, "un");
  assert.equal(box.next(), null);
  box.acknowledged("id1");
  assert.equal(box.next().body, "deux");
});

test("a message stays until it has come back", () => {
  const box = outbox();
  box.add("un");
  box.next();
  assert.deepEqual(states(box), ["un sending"]);
  assert.equal(box.acknowledged("somebody else's"), false);
  assert.equal(box.acknowledged("id1"), true);
  assert.deepEqual(box.items, []);
  assert.equal(box.acknowledged("id1"), false);
});

test("after a cut the one under way is sent again, with its own client_id", () => {
  const box = outbox();
  box.add("un");
  const first = box.next().client_id;
  box.rewind();
  assert.equal(box.next().client_id, first);
});

test("a refused message is kept aside with its reason and lets the next go", () => {
  const box = outbox();
  box.add("trop long");
  box.add("deux");
  box.next();
  box.refused("id1", "too_long");
  assert.deepEqual([box.items[0].state, box.items[0].code], ["failed", "too_long"]);
  assert.equal(box.next().body, "deux");
  assert.deepEqual(
    box.items.filter(({ state }) => state !== "failed").map(({ body }) => body),
    ["deux"],
  );
});

test("a message that came too fast keeps its place before the later ones", () => {
  const box = outbox();
  box.add("un");
  box.add("deux");
  box.next();
  box.later("id1");
  assert.equal(box.next().body, "un");
});

test("a failed message can be tried again or thrown away", () => {
  const box = outbox();
  box.add("un");
  box.add("deux");
  for (const id of ["id1", "id2"]) {
    box.next();
    box.refused(id, "try_again");
  }
  assert.equal(box.next(), null);
  box.retry("id1");
  box.discard("id2");
  assert.equal(box.next().body, "un");
  assert.equal(box.next(), null);
});

test("what was under way when the page was reloaded is sent again", () => {
  const box = outbox();
  box.add("un");
  box.next();
  const again = outbox(JSON.parse(JSON.stringify(box.items)));
  assert.deepEqual(states(again), ["un queued"]);
  assert.equal(again.next().client_id, "id1");
});

test("client ids are url-safe and do not repeat", () => {
  const ids = new Set(Array.from({ length: 1000 }, () => newClientId()));
  assert.equal(ids.size, 1000);
  for (const id of ids) assert.match(id, /^[\w-]{22}$/);
});
