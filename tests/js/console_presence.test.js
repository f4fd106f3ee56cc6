import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { served } from "./served.js";

const { watchActivity } = await served("counsellor_console/activity.js");
const { rings, shareRinging } = await served("counsellor_console/tabs.js");

/** Events without a browser. */
function page() {
  const listeners = {};
  return {
    addEventListener: (name, listener) => (listeners[name] ??= []).push(listener),
    happen: (name) => (listeners[name] ?? []).forEach((listener) => listener({})),
  };
}

describe("telling that somebody is really there", () => {
  const start = (connected = true) => {
    const world = { told: 0, now: 0, connected, page: page() };
    watchActivity(() => {
      if (world.connected) world.told += 1;
      return world.connected;
    }, { page: world.page, now: () => world.now });
    return world;
  };

  test("an open tab that nobody uses tells nothing", () => {
    assert.equal(start().told, 0);
  });

  test("use is told at once, then at most every thirty seconds", () => {
    const world = start();
    for (const [now, sign] of [[0, "keydown"], [5_000, "pointermove"], [29_999, "wheel"], [30_000, "pointerdown"]]) {
      world.now = now;
      world.page.happen(sign);
    }
    assert.equal(world.told, 2);
  });

  test("what could not be told is told with the next sign of use", () => {
    const world = start(false);
    world.page.happen("keydown");
    world.connected = true;
    world.page.happen("keydown");
    assert.equal(world.told, 1);
  });
});

describe("several tabs", () => {
  const open = () => {
    const sent = [];
    const channel = { postMessage: (data) => sent.push(data) };
    const tab = page();
    shareRinging({ channel, page: tab });
    return { sent, channel, tab };
  };

  test("a tab rings from its opening and tells the others", () => {
    const { sent } = open();
    assert.equal(rings.value, true);
    assert.ok(sent[0].rings);
  });

  test("falls silent when another is used, and rings again when it is used itself", () => {
    const { channel, tab } = open();
    channel.onmessage({ data: { rings: "another" } });
    assert.equal(rings.value, false);
    tab.happen("focus");
    assert.equal(rings.value, true);
  });

  test("takes over when the one that rang is closed", () => {
    const { channel, sent, tab } = open();
    channel.onmessage({ data: { rings: "another" } });
    channel.onmessage({ data: { leaves: "another" } });
    assert.equal(rings.value, true);
    tab.happen("pagehide");
    assert.ok(sent.at(-1).leaves);
  });
});
