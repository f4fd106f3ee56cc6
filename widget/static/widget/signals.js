/* Values that the page follows. When one has changed, all that follows runs again: once for what changes together, and
   again when it has changed something itself. */

const followers = new Set();
let depth = 0;
let changed = false;

export const signal = (value) => new Signal(value);

class Signal {
  #value;

  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set value(next) {
    if (next === this.#value) return;
    this.#value = next;
    batch(() => {
      changed = true;
    });
  }
}

/** What changes in `act` is followed when it has ended. */
export function batch(act) {
  depth += 1;
  try {
    if (act) act();
    while (depth === 1 && changed) {
      changed = false;
      for (const run of followers) run();
    }
  } finally {
    depth -= 1;
  }
}

/** Runs it now and after each change, until what it returns is called. */
export function follow(run) {
  followers.add(run);
  batch(run);
  return () => followers.delete(run);
}
