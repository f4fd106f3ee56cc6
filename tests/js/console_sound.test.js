import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const made = [];
globalThis.AudioContext = class {
  state = "suspended";
  constructor() {
    made.push(this);
  }

  resume() {
    this.turn("running");
    return Promise.resolve();
  }

  turn(state) {
    this.state = state;
    this.onstatechange?.();
  }
};
const { soundState, unlock } = await served("counsellor_console/sound.js");

test("a sound that the browser took back is unlocked by the next gesture, and the screen says so meanwhile", () => {
  assert.equal(soundState.value, "locked");
  unlock();
  assert.equal(soundState.value, "ready");
  made[0].turn("interrupted");
  assert.equal(soundState.value, "locked");
  unlock();
  assert.equal(soundState.value, "ready");
  assert.equal(made.length, 1);
});
