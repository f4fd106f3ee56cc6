/* What was written goes out sealed, one message at a time, once there is somebody to read it. */

export function sendNext(session) {
  const { outbox, sealing, frames } = session;
  const ready = session.phase.value === "active" && session.link.value === "open";
  for (let item; ready && (item = outbox.next());) {
    // Somebody who has just left must not have the key of what is said now.
    const sealed = frames.last ? whenQuiet(session).then(() => sealing.seal(item)) : sealing.seal(item);
    if (sealed instanceof Promise) return void (session.sending = whenSealed(session, item, sealed));
    if (!send(session, item, sealed)) return;
  }
}

async function whenQuiet({ frames }) {
  while (frames.last) await frames.last;
}

/** The socket may have been replaced meanwhile: then it is sent twice, and the server knows it by its client id. */
async function whenSealed(session, item, sealed) {
  const { sealing } = session;
  const body = await sealed.catch(() => null);
  if (session.sealing !== sealing) return;
  if (body) return void send(session, item, body);
  session.outbox.refused(item.client_id, "too_long");
  session.flush();
}

function send({ connection, outbox }, { client_id }, body) {
  const sent = connection.send({ type: "say", client_id, body });
  if (!sent) outbox.rewind();
  return sent;
}
