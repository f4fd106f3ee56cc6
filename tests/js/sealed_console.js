/* The counsellor's end of a conversation with the real ciphers, for tests. `fresh()` before each. */

import { counsellorFrames, fromCounsellor, snapshot, toCounsellor } from "./frames.js";
import { served } from "./served.js";

const { Sealing } = await served("counsellor_console/sealing.js");
const { FrameOrder } = await served("chat/frame_order.js");
const { Keyring, newPair, newRoot, openGrant, sealGrant } = await served("chat/sealed.js");

export const where = { conversation: "c1", number: 1 };
export const of = (author, clientId, kind = "message") => ({ conversation: "c1", author, clientId, kind });
export let visitor, keyring, store;

export function keyStore(kept = new Map()) {
  return {
    kept,
    load: async () => [...kept.values()],
    save: async (one) => void kept.set(one.conversation, one),
    forget: async (id) => void kept.delete(id),
    clear: async () => kept.clear(),
  };
}

/** A page: `sent` and `shown` hold what it gave to the server and to the rest of the page. */
export async function page(kept = store) {
  const sent = [];
  const shown = [];
  const here = { sent, shown, online: true, now: 0 };
  const deliver = (frame) => shown.push(frame);
  const frames = new FrameOrder({ open: (frame) => here.sealing.opened(frame), deliver });
  here.sealing = new Sealing({
    send: (frame) => here.online && sent.push(fromCounsellor(frame)) > 0,
    isOpen: () => here.online,
    deliver,
    store: kept,
    now: () => here.now,
  });
  await here.sealing.load();
  here.quiet = async () => {
    for (let i = 0; i < 6; i++) {
      await new Promise((then) => setTimeout(then));
      while (frames.last) await frames.last;
      await here.sealing.sending;
    }
  };
  here.say = async (...all) => {
    for (const frame of all) {
      here.sealing.heard(frame);
      frames.receive(toCounsellor(frame));
    }
    await here.quiet();
  };
  here.send = async (frame) => {
    const went = here.sealing.send(frame);
    await here.quiet();
    return went;
  };
  here.sentOf = (type) => sent.filter((frame) => frame.type === type);
  here.shownOf = (type) => shown.filter((frame) => frame.type === type);
  return here;
}

export const opened = (more) => counsellorFrames.opened(snapshot("c1", more));
export const granted = async (to, more = {}) =>
  counsellorFrames.grant({ to, ...(await sealGrant(keyring, visitor, { ...where, to, ...more })) });
export const said = async (body, clientId = "v1", more = {}) =>
  counsellorFrames.message({
    author: "visitor",
    number: null,
    client_id: clientId,
    body: await keyring.seal(body, of("visitor", clientId)),
    ...more,
  });
export const SAY = { type: "say", conversation: "c1", client_id: "m1", body: "Bonjour" };

export async function fresh() {
  [visitor, keyring, store] = [await newPair(), new Keyring([[1, newRoot()]]), keyStore()];
}

/** A page that has accepted and been granted the keys. */
export async function talking() {
  const here = await page();
  await here.send({ type: "accept", conversation: "c1" });
  const [{ key }] = here.sentOf("accept");
  await here.say(opened(), await granted(key));
  return { here, key };
}
