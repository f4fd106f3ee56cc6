import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { served } from "./served.js";

const { isNudged, nudgedAt, seemsAbsent, usedAt, watchActivity } = await served("counsellor_console/activity.js");
const { clock, startClock } = await served("counsellor_console/clock.js");
const { electRingingTab } = await served("counsellor_console/tab_election.js");

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
    const world = { told: 0, now: 0, everyMs: 30_000, connected, page: page() };
    watchActivity(
      () => {
        if (world.connected) world.told += 1;
        return world.connected;
      },
      () => world.everyMs,
      { page: world.page, now: () => world.now },
    );
    return world;
  };

  test("an open tab that nobody uses tells nothing", () => {
    assert.equal(start().told, 0);
  });

  test("who is available and has not used the page for long reads that visitors find nobody", () => {
    const world = start();
    const workspace = (state) => ({
      availability: { value: { state } },
      limits: { value: { absent_after_s: 120 } },
    });
    world.page.happen("keydown");
    assert.equal(usedAt.value, 0);
    const said = [
      [120_000, "available"],
      [120_001, "available"],
      [120_001, "away"],
    ].map(([now, state]) => seemsAbsent(workspace(state), now));
    assert.deepEqual(said, [false, true, false]);
    world.now = 130_000;
    world.page.happen("pointermove");
    assert.equal(seemsAbsent(workspace("available"), 131_000), false);
  });

  test("a coordinator's question stands until the page is used", () => {
    const world = start();
    world.page.happen("keydown");
    assert.equal(isNudged.value, false);
    nudgedAt.value = 200_000;
    assert.equal(isNudged.value, true);
    world.now = 201_000;
    world.page.happen("pointermove");
    assert.equal(isNudged.value, false);
  });

  test("use is told at once, then as often as the server asks", () => {
    const world = start();
    for (const [now, sign] of [
      [0, "keydown"],
      [5_000, "pointermove"],
      [29_999, "wheel"],
      [30_000, "pointerdown"],
    ]) {
      world.now = now;
      world.page.happen(sign);
    }
    assert.equal(world.told, 2);
    world.everyMs = 5_000;
    world.now += 5_000;
    world.page.happen("wheel");
    assert.equal(world.told, 3);
  });

  test("what could not be told is told with the next sign of use", () => {
    const world = start(false);
    world.page.happen("keydown");
    world.connected = true;
    world.page.happen("keydown");
    assert.equal(world.told, 1);
  });
});

describe("a laptop that sleeps", () => {
  const start = (visibilityState = "visible") => {
    const world = { now: 1_000_000, woken: 0 };
    clock.value = world.now;
    startClock(
      () => {},
      () => {
        world.woken += 1;
      },
      {
        every: (tick) => {
          world.tick = tick;
        },
        now: () => world.now,
        page: { visibilityState },
      },
    );
    world.after = (ms) => {
      world.now += ms;
      world.tick();
    };
    return world;
  };

  test("is noticed when it wakes, once", () => {
    const world = start();
    world.after(1_000);
    assert.equal(world.woken, 0);
    world.after(600_000);
    world.after(1_000);
    assert.equal(world.woken, 1);
  });

  test("is not taken for a hidden tab, whose timers are slow", () => {
    const world = start("hidden");
    world.after(60_000);
    assert.equal(world.woken, 0);
  });

  test("has not slept when something was heard meanwhile", () => {
    const world = start();
    world.now += 60_000;
    clock.value = world.now - 100;
    world.tick();
    assert.equal(world.woken, 0);
  });
});

describe("several tabs", () => {
  /** Tabs of one browser: what one posts, all the others hear, each in turn. */
  const computer = () => {
    const tabs = [];
    const letters = [];
    const world = {
      now: 0,
      open: () => {
        world.now += 1000;
        const tab = { page: page(), ringing: { value: false } };
        tab.channel = { postMessage: (data) => letters.push({ from: tab, data }) };
        tabs.push(tab);
        electRingingTab({ channel: tab.channel, page: tab.page, now: () => world.now, ringing: tab.ringing });
        world.deliver();
        return tab;
      },
      close: (tab) => {
        tab.page.happen("pagehide");
        tabs.splice(tabs.indexOf(tab), 1);
        world.deliver();
      },
      use: (tab) => {
        world.now += 1000;
        tab.page.happen("focus");
        world.deliver();
      },
      deliver: () => {
        for (let letter = letters.shift(); letter; letter = letters.shift()) {
          for (const tab of tabs) if (tab !== letter.from) tab.channel.onmessage({ data: letter.data });
        }
      },
    };
    return world;
  };
  const who = (...tabs) => tabs.map(({ ringing }) => ringing.value);

  test("the one opened last rings, then the one used last", () => {
    const { open, use } = computer();
    const [first, second] = [open(), open()];
    assert.deepEqual(who(first, second), [false, true]);
    use(first);
    assert.deepEqual(who(first, second), [true, false]);
  });

  test("another takes over when the one that rang is closed", () => {
    const { open, close } = computer();
    const [first, second] = [open(), open()];
    close(second);
    assert.deepEqual(who(first), [true]);
  });

  test("of many that are left exactly one rings", () => {
    const { open, close } = computer();
    const tabs = [open(), open(), open(), open()];
    const last = open();
    close(last);
    assert.equal(who(...tabs).filter(Boolean).length, 1);
  });

  test("closing one that was silent changes nothing", () => {
    const { open, close } = computer();
    const [first, second, third] = [open(), open(), open()];
    close(second);
    assert.deepEqual(who(first, third), [false, true]);
  });

  test("a clock that was put back does not make two ring", () => {
    const world = computer();
    world.now = 900_000;
    const first = world.open();
    world.now = 0;
    const second = world.open();
    assert.equal(who(first, second).filter(Boolean).length, 1);
    world.use(second);
    assert.deepEqual(who(first, second), [false, true]);
  });
});
