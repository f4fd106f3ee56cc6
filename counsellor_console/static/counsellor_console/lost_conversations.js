// Conversations that this page lost, with what the counsellor had written and not sent: each stays as a line until it
// is taken again or put away by hand. Nothing of what the visitor wrote is kept, and nothing is stored.

import { signal } from "../chat/vendor/preact.js";

export class LostConversations {
  /** {id, number, facts, reason, unsent: [{client_id, body}], draft, noteDraft}, the oldest first. */
  shown = signal([]);

  /** `reason`: a key of words, "lost.<reason>". */
  keep(conversation, reason) {
    const { id, number, facts } = conversation;
    const before = this.find(id) ?? NOTHING;
    const kept = {
      id,
      number,
      facts: facts.value,
      reason,
      unsent: [...before.unsent, ...conversation.pending.value.map(({ client_id, body }) => ({ client_id, body }))],
      draft: joined(before.draft, conversation.draft.value),
      noteDraft: joined(
        before.noteDraft,
        ...conversation.noteOutbox.items.map(({ body }) => body),
        conversation.noteDraft.value,
      ),
    };
    this.shown.value = [...this.shown.value.filter((one) => one.id !== id), kept];
  }

  find(id) {
    return this.shown.value.find((one) => one.id === id);
  }

  /** It is here again, and filled: what was not sent is in its fields, for the counsellor to send. */
  giveBack(conversation) {
    const kept = this.find(conversation.id);
    if (!kept) return;
    const arrived = new Set(conversation.messages.value.map(({ client_id }) => client_id));
    const unsent = { ...kept, unsent: kept.unsent.filter(({ client_id }) => !arrived.has(client_id)) };
    conversation.draft.value = joined(textOf(unsent), conversation.draft.value);
    conversation.noteDraft.value = joined(kept.noteDraft, conversation.noteDraft.value);
    this.putAway(conversation.id);
  }

  putAway(id) {
    if (this.find(id)) this.shown.value = this.shown.value.filter((one) => one.id !== id);
  }

  clear() {
    this.shown.value = [];
  }
}

const NOTHING = { unsent: [], draft: "", noteDraft: "" };

/** What was to be said to the visitor. */
export function textOf({ unsent, draft }) {
  return joined(...unsent.map(({ body }) => body), draft);
}

export function hasText(lost) {
  return Boolean(textOf(lost) || lost.noteDraft);
}

function joined(...texts) {
  return texts.filter((text) => text.trim()).join("\n");
}
