import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { sessionStore } = await served("widget/session_store.js");

function area() {
  const entries = new Map();
  return {
    entries,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => entries.set(key, value),
    removeItem: (key) => entries.delete(key),
  };
}

test("looking whether storage works leaves nothing behind", () => {
  const storage = area();
  assert.equal(sessionStore("demo", () => storage).lasting, true);
  assert.equal(storage.entries.size, 0);
});

test("what is kept comes back after a reload, and is gone once cleared", () => {
  const storage = area();
  sessionStore("demo", () => storage).save({ token: "t" });
  const store = sessionStore("demo", () => storage);
  assert.deepEqual(store.load(), { token: "t" });
  store.clear();
  assert.equal(store.load(), null);
  assert.equal(storage.entries.size, 0);
});

test("two sites' conversations never mix", () => {
  const storage = area();
  sessionStore("demo", () => storage).save({ token: "a" });
  assert.equal(sessionStore("ecole", () => storage).load(), null);
});

test("a browser that refuses storage gets a chat that a reload ends, and is told", () => {
  const store = sessionStore("demo", () => {
    throw new Error("SecurityError");
  });
  assert.equal(store.lasting, false);
  store.save({ token: "t" });
  assert.equal(store.load(), null);
  store.clear();
});

test("what somebody else wrote there is not trusted", () => {
  const storage = area();
  storage.setItem("miti:demo", "{nonsense");
  assert.equal(sessionStore("demo", () => storage).load(), null);
});

test("a full storage does not stop the conversation", () => {
  const storage = area();
  const store = sessionStore("demo", () => storage);
  storage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  store.save({ token: "t" });
  assert.equal(store.load(), null);
});
