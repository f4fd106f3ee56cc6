import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { openKeyStore } = await served("counsellor_console/key_store.js");
const PAIR = { conversation: "c1", pair: { name: "p" }, newest: 1, least: 1, here: [1] };

/** A request of IndexedDB that is answered, refused, or never. */
const request = (outcome, result) => {
  const made = { result };
  queueMicrotask(() => outcome && made[outcome]?.());
  return made;
};

function database(outcome = "onsuccess") {
  const kept = new Map();
  const store = {
    getAll: () => request(outcome, [...kept.values()]),
    put: (one) => (kept.set(one.conversation, one), request(outcome)),
    delete: (id) => (kept.delete(id), request(outcome)),
    clear: () => (kept.clear(), request(outcome)),
  };
  return { transaction: () => ({ objectStore: () => store }) };
}

test("pairs are kept until their conversation is over", async () => {
  const store = await openKeyStore({ open: () => request("onsuccess", database()) });
  await store.save(PAIR);
  assert.deepEqual(await store.load(), [PAIR]);
  await store.forget("c1");
  assert.deepEqual(await store.load(), []);
});

test("a browser that refuses storage has no pairs, and no fault", async () => {
  const refusing = { open: () => request("onerror") };
  const throwing = {
    open() {
      throw new Error("not allowed");
    },
  };
  for (const factory of [refusing, throwing, undefined]) {
    const store = await openKeyStore(factory);
    assert.equal(await store.save(PAIR), null);
    assert.deepEqual(await store.load(), []);
  }
});

test("a store that does not answer keeps nobody waiting for long", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const opening = openKeyStore({ open: () => request(null) });
  await Promise.resolve();
  context.mock.timers.tick(2000);
  const store = await opening;
  assert.deepEqual(await store.load(), []);
});
