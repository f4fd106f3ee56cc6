import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { counsellorFrames, protocol, visitorFrames } from "./frames.js";
import { served } from "./served.js";

const { PING } = await served("chat/connection.js");
/** What each end's sealing handles before the rest sees it, and what it tells the rest. */
const SEALING = { visitor: ["grant_wanted"], counsellor: ["grant", "grant_wanted"] };
const OWN = ["unlocked"];
const FACES = {
  visitor: { handlers: (await served("widget/frame_handlers.js")).HANDLERS, frames: visitorFrames },
  counsellor: { handlers: (await served("counsellor_console/frame_handlers.js")).HANDLERS, frames: counsellorFrames },
};

for (const [who, { handlers, frames }] of Object.entries(FACES)) {
  const { types, valid } = protocol(`to-${who}`);

  describe(`the ${who}'s socket`, () => {
    test("every frame of the server has a handler, and every handler a frame", () => {
      const handled = [...Object.keys(handlers), ...SEALING[who]].filter((type) => !OWN.includes(type));
      assert.deepEqual(handled.sort(), types.filter((type) => type !== PING).sort());
    });

    test("the tests know every frame that the server sends", () => {
      assert.deepEqual(Object.keys(frames).sort(), [...types].sort());
      for (const make of Object.values(frames)) make();
    });

    test("a frame that the server cannot send is refused as a fixture", () => {
      const { limits, ...incomplete } = frames.welcome();
      assert.ok(limits);
      assert.throws(() => valid(incomplete), /limits/);
      assert.throws(() => frames.welcome({ invented: 1 }), /additional properties/);
      assert.throws(() => frames.seen({ seq: "1" }), /integer/);
      assert.throws(() => valid({ type: "invented" }), /no frame invented/);
    });
  });
}

test("a state, a code or a position that the server does not know is refused as a fixture", () => {
  assert.throws(() => visitorFrames.welcome({ state: "ajar" }), /allowed values/);
  assert.throws(() => visitorFrames.error({ code: "invented" }), /allowed values/);
  assert.throws(() => visitorFrames.waiting({ position: 0 }), />= 1/);
  assert.throws(() => counsellorFrames.availability({ state: "asleep" }), /allowed values/);
  assert.throws(() => counsellorFrames.closed({ reason: "invented" }), /allowed values/);
});

test("a browser's frame with a field that the server does not know is refused", () => {
  const { valid } = protocol("from-visitor");
  assert.throws(() => valid({ type: "typing", on: true, invented: 1 }), /additional properties/);
  assert.deepEqual(valid({ type: "typing", on: true }), { type: "typing", on: true });
});
