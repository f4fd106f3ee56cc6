// What the console says by itself: lines that go away again, and words for screen readers.

import { signal } from "../chat/vendor/preact.js";

const NOTICE_MS = 12_000;
const MOST_NOTICES = 2;

export class Notices {
  #count = 0;
  /** {id, kind, text, until}, the newest last. */
  shown = signal([]);
  /** Politely: what happened outside the open transcript. */
  spoken = signal({ text: "", at: 0 });

  notify(text, kind, now) {
    const id = ++this.#count;
    // What is said again is said anew, not twice; and never so much at once that it hides the work.
    const others = this.shown.value.filter((notice) => notice.text !== text).slice(1 - MOST_NOTICES);
    this.shown.value = [...others, { id, kind, text, until: now + NOTICE_MS }];
  }

  dismiss(id) {
    this.shown.value = this.shown.value.filter((notice) => notice.id !== id);
  }

  tick(now) {
    if (this.shown.value.some(({ until }) => until <= now))
      this.shown.value = this.shown.value.filter(({ until }) => until > now);
  }

  /** Read out once each time, also when it is what was said last. */
  speak(text) {
    this.spoken.value = { text, at: this.spoken.value.at + 1 };
  }

  clear() {
    this.shown.value = [];
    this.speak("");
  }
}
