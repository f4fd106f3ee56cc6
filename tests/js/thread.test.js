import assert from "node:assert/strict";
import { test } from "node:test";
import { Thread } from "../../chat/static/chat/thread.js";

const message = (seq, { epoch = 1, author = "counsellor", client_id = null } = {}) => ({
  epoch,
  seq,
  author,
  client_id,
  body: `${epoch}/${seq}`,
});
const bodies = (thread) => thread.messages.map(({ body }) => body);

test("messages are sorted by epoch and seq, whatever order they arrive in", () => {
  const thread = new Thread();
  for (const one of [message(2), message(1, { epoch: 2 }), message(1), message(3)]) thread.receive(one);
  assert.deepEqual(bodies(thread), ["1/1", "1/2", "1/3", "2/1"]);
});

test("a hole is told until it is filled, and after stays before it", () => {
  const thread = new Thread();
  assert.deepEqual(thread.receive(message(1)), { added: true, hole: false });
  assert.deepEqual(thread.receive(message(3)), { added: true, hole: true });
  assert.equal(thread.after, 1);
  assert.deepEqual(thread.receive(message(2)), { added: true, hole: false });
  assert.equal(thread.after, 3);
});

test("a first message that is not number one is a hole", () => {
  const thread = new Thread();
  assert.equal(thread.receive(message(2)).hole, true);
  assert.equal(thread.after, 0);
});

test("a message that comes twice is there once", () => {
  const thread = new Thread();
  thread.receive(message(1));
  assert.deepEqual(thread.receive(message(1)), { added: false, hole: false });
  assert.equal(thread.messages.length, 1);
});

test("a repeat of the same author's client_id in a new epoch is not shown again but counts as received", () => {
  const thread = new Thread();
  thread.receive(message(1, { author: "visitor", client_id: "a" }));
  assert.deepEqual(thread.receive(message(1, { epoch: 2, author: "visitor", client_id: "a" })), {
    added: false,
    hole: false,
  });
  assert.equal(thread.after, 1);
  assert.equal(thread.receive(message(2, { epoch: 2, author: "counsellor", client_id: "a" })).added, true);
});

test("a new epoch starts counting anew and keeps what was received", () => {
  const thread = new Thread();
  thread.receive(message(1));
  thread.receive(message(2));
  thread.enter(2);
  assert.deepEqual([thread.epoch, thread.after, thread.hole], [2, 0, false]);
  assert.equal(thread.receive(message(1, { epoch: 2 })).hole, false);
  assert.deepEqual(bodies(thread), ["1/1", "1/2", "2/1"]);
});

test("a late message of an earlier epoch is shown in its place and moves nothing", () => {
  const thread = new Thread();
  thread.receive(message(1, { epoch: 2 }));
  assert.deepEqual(thread.receive(message(4)), { added: true, hole: false });
  assert.deepEqual([thread.epoch, thread.after], [2, 1]);
  assert.deepEqual(bodies(thread), ["1/4", "2/1"]);
});

test("the epoch never goes back", () => {
  const thread = new Thread();
  thread.enter(3);
  thread.enter(2);
  assert.equal(thread.epoch, 3);
});

test("messages is another array after each change, the same one otherwise", () => {
  const thread = new Thread();
  const before = thread.messages;
  thread.receive(message(1));
  const after = thread.messages;
  assert.notEqual(before, after);
  thread.receive(message(1));
  assert.equal(thread.messages, after);
});

test("any arrival order of any prefix gives the same thread", () => {
  const all = [1, 2, 3, 4, 5, 6].map((seq) => message(seq));
  let seed = 1;
  const chance = () => (seed = (seed * 48271) % 2147483647);
  for (let round = 0; round < 200; round += 1) {
    const thread = new Thread();
    const order = [...all, ...all].map((one) => [chance(), one]).sort((a, b) => a[0] - b[0]);
    for (const [, one] of order) thread.receive(one);
    assert.deepEqual(
      bodies(thread),
      all.map(({ body }) => body),
    );
    assert.deepEqual([thread.after, thread.hole], [6, false]);
  }
});
