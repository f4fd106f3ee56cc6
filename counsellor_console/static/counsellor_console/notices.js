// The console's own messages: lines that disappear by themselves, and words for screen readers.

import { signal } from "../chat/vendor/preact.js";

const NOTICE_MS = 12_000;
const MOST_NOTICES = 2;

export class Notices {
  #count = 0;
  /** {id, kind, text, until}, the newest last. */
  shown = signal([]);
  /** Read out politely: what happened outside the open transcript. */
  spoken = signal({ text: "", at: 0 });

  notify(text, kind, now) {
    const id = ++this.#count;
    // A repeated notice replaces the first; and there are never so many that they hide the work.
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

  /** Read out once each time, also when the words are the same as before. */
  speak(text) {
    this.spoken.value = { text, at: this.spoken.value.at + 1 };
  }

  clear() {
    this.shown.value = [];
    this.speak("");
  }
}
