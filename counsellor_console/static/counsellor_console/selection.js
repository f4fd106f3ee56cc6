// Which conversation is open, which part of it a small screen shows, and which field is to take the focus.

import { computed, signal } from "../chat/vendor/preact.js";

const small = globalThis.matchMedia?.("(max-width: 47.99rem)");

export class Selection {
  /** `conversations`: a signal of all that are on the screen. */
  constructor(conversations) {
    this.conversations = conversations;
    this.selected = signal(null);
    /** What a small screen shows: "list", "chat" or "side"; a medium one shows two of them. */
    this.view = signal("list");
    /** The field that should take the focus, because the counsellor wants it: {id, place: "message" | "note"}.
        Fields take it while they are drawn, before the next key: a late focus would send a note's first letters to
        the visitor. */
    this.attention = signal(null);
    this.current = computed(() => this.conversations.value.find(({ id }) => id === this.selected.value) ?? null);
  }

  /** `focus`: whether the message field takes the focus (a choice by hand), or only the screen changes. */
  select(id, { focus = true } = {}) {
    this.selected.value = id;
    if (focus) this.view.value = id ? "chat" : "list";
    if (focus) this.attention.value = id && { id, place: "message" };
  }

  writeNote() {
    if (!this.selected.value) return;
    this.view.value = "side";
    this.attention.value = { id: this.selected.value, place: "note" };
  }

  /** After a dialog: the field takes the focus where the screen shows it. A small screen goes from the tools back to
      the conversation. */
  writeOn(place) {
    if (!this.selected.value) return;
    if (place === "message" && this.view.value === "side" && small?.matches) this.view.value = "chat";
    this.attention.value = { id: this.selected.value, place };
  }

  /** Whether this field should take the focus; a call clears the request. */
  takesFocus(conversation, place) {
    const wanted = this.attention.value;
    if (wanted?.id !== conversation.id || wanted.place !== place) return false;
    this.attention.value = null;
    return true;
  }

  /** The next conversation (1) or the one before (-1), round and round. */
  selectNext(step) {
    const all = this.conversations.value;
    if (!all.length) return;
    const at = all.findIndex(({ id }) => id === this.selected.value);
    this.select(all[at < 0 ? 0 : (at + step + all.length) % all.length].id);
  }

  /** Selects the conversation whose visitor has waited longest for an answer. */
  selectWaiting() {
    const waiting = this.conversations.value.filter(
      ({ id, waitingSince }) => waitingSince.value && id !== this.selected.value,
    );
    const first = waiting.sort((a, b) => a.waitingSince.value - b.waitingSince.value)[0];
    if (first) this.select(first.id);
  }
}
