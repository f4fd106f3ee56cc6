/* A counsellor's page without a browser: its clock and its connection obey the test. What the server says and what the
   page sends are checked against the protocol. Made anew by `openPage()`. */

import { counsellorFrames, fromCounsellor, toCounsellor } from "./frames.js";
import { served } from "./served.js";

const { Workspace } = await served("counsellor_console/workspace.js");
const { receive } = await served("counsellor_console/frame_handlers.js");

export const NOW = Date.parse("2026-11-23T09:00:00Z");
export const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();

export let sent = [];
export let now = NOW;
export let workspace = null;
export let hellos = 0;
let online = true;

export function openPage() {
  sent = [];
  now = NOW;
  hellos = 0;
  online = true;
  workspace = new Workspace({
    now: () => now,
    send: (frame) => {
      if (online) sent.push(fromCounsellor(frame));
      return online;
    },
    sayHello: () => {
      hellos += 1;
    },
  });
}

export function pass(ms) {
  now += ms;
}

export function setOnline(on) {
  online = on;
}

export const say = (frame, page = workspace) => receive(page, toCounsellor(frame));
export const sentOf = (type) => sent.filter((frame) => frame.type === type);
export const one = (id = "c1") => workspace.conversations.value.find((conversation) => conversation.id === id);

export const { welcome } = counsellorFrames;
export const message = (seq, author, body, more = {}) =>
  counsellorFrames.message({ seq, author, body, client_id: `${author}-${seq}`, at: at(seq), ...more });
