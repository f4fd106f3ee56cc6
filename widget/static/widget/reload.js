/* How a visitor's session goes on after a reload: token and request at once; keys and what was not sent when the server
   has given the key under which they are stored. */

/** Stores it, as long as there is something to go on with. */
export function save(session) {
  if (!session.underWay) return;
  const { draft, outbox, sealing } = session;
  store(session);
  session.saving = sealing.keep({ draft, outbox: outbox.items }).then((changed) => {
    if (changed && session.sealing === sealing && session.underWay) store(session);
  });
}

function store({ store, token, request, sealing, lang, seen }) {
  store.save({ token, request, sealed: sealing.sealed, language: lang.value, seen });
}

/** `kept`: what was typed and not sent before the reload. What was under way may have come back meanwhile. */
export function restore(session, { draft, outbox }) {
  const received = new Set(session.thread.messages.map(({ client_id: id }) => id));
  session.outbox.restore(outbox.filter(({ client_id: id }) => !received.has(id)));
  session.draft ||= draft;
  session.restoredDraft.value = session.draft;
}
