import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, say, welcome, workspace } from "./console_page.js";
import { counsellorFrames, snapshot } from "./frames.js";
import { served } from "./served.js";

const { keepScreenAwake, screenState } = await served("counsellor_console/screen_awake.js");
const AWAY = { state: "away", capacity: 1, missed: 0, reason: null };

let held = 0;
let changed = null;
const page = { visibilityState: "visible", addEventListener: (_, listener) => (changed = listener) };
const wakeLock = {
  request: async () => {
    held += 1;
    return { release: () => (held -= 1) };
  },
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  openPage();
  held = 0;
  page.visibilityState = "visible";
});

test("a phone's screen stays on while the counsellor is on duty, and only then", async () => {
  keepScreenAwake(workspace, { page, wakeLock, touch: { matches: true } });
  assert.equal(held, 0);
  say(welcome());
  await settled();
  assert.equal(held, 1);
  say(counsellorFrames.opened(snapshot("c1")));
  say(counsellorFrames.availability(AWAY));
  await settled();
  assert.equal(held, 1);
  say(counsellorFrames.released({ conversation: "c1", reason: "transferred" }));
  await settled();
  assert.equal(held, 0);
});

test("it is asked for again when the page is seen again; a refusal breaks nothing", async () => {
  let asked = 0;
  const refusing = {
    request: async () => {
      asked += 1;
      throw new Error("low battery");
    },
  };
  keepScreenAwake(workspace, { page, wakeLock: refusing, touch: { matches: true } });
  say(welcome());
  await settled();
  page.visibilityState = "hidden";
  changed();
  page.visibilityState = "visible";
  changed();
  await settled();
  assert.equal(asked, 2);
});

test("a computer's screen locks as usual", async () => {
  keepScreenAwake(workspace, { page, wakeLock, touch: { matches: false } });
  say(welcome());
  await settled();
  assert.equal(held, 0);
});

test("the set-up says what becomes of this device's screen", async () => {
  const phone = { matches: true };
  assert.equal(screenState({ wakeLock, touch: { matches: false } }), "computer");
  assert.equal(screenState({ wakeLock: undefined, touch: phone }), "dark");
  keepScreenAwake(workspace, { page, wakeLock, touch: phone });
  say(welcome());
  await settled();
  assert.equal(screenState({ wakeLock, touch: phone }), "kept");
});

test("the set-up says that the screen may go dark where the device has refused to keep it on", async () => {
  const refusing = { request: () => Promise.reject(new Error("low battery")) };
  const phone = { matches: true };
  keepScreenAwake(workspace, { page, wakeLock: refusing, touch: phone });
  say(welcome());
  await settled();
  assert.equal(screenState({ wakeLock: refusing, touch: phone }), "dark");
});
