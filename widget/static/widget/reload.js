/* How a visitor's session goes on after a reload: token and request at once, what was not sent when its key has
   come. */

/** Stores it, as long as there is something to go on with. */
export function save(session) {
  if (!session.underWay) return;
  const { draft, outbox, unsent } = session;
  store(session);
  session.saving = unsent.keep({ draft, outbox: outbox.items }).then((changed) => {
    if (changed && session.unsent === unsent && session.underWay) store(session);
  });
}

function store({ store, token, request, unsent, lang, seen }) {
  store.save({ token, request, sealed: unsent.sealed, language: lang.value, seen });
}

/** The server has given the key of what was not sent. */
export function restore(session, draftKey) {
  if (draftKey) session.restoring = unlock(session, draftKey);
}

async function unlock(session, draftKey) {
  const { unsent } = session;
  const kept = await unsent.unlock(draftKey);
  if (session.unsent !== unsent || !session.underWay) return;
  if (kept) {
    // What was under way before the reload may have come back meanwhile.
    const received = new Set(session.thread.messages.map(({ client_id: id }) => id));
    session.outbox.restore(kept.outbox.filter(({ client_id: id }) => !received.has(id)));
    session.draft ||= kept.draft;
    session.restoredDraft.value = session.draft;
  }
  session.flush();
}
