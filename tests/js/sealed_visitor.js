/* A visitor's session with the real ciphers, and the consoles that it talks to. */

import { visitorFrames } from "./frames.js";
import { served } from "./served.js";
import { WAITING, WELCOME, browser, settled } from "./visitor_browser.js";

const { LazySealing } = await served("widget/lazy_sealing.js");
const { newPair, openGrant } = await served("chat/sealed.js");
export const load = () => served("widget/sealing.js");
export const makeSealing = (options) => new LazySealing(load, options);
export const about = (more) => ({ conversation: "c1", author: "visitor", kind: "message", ...more });

/** A console's browser, which has been granted what the page has sent last for it. */
export async function console(number = 1) {
  const pair = await newPair();
  return {
    pair,
    number,
    joined: visitorFrames.joined({ number, key: pair.name, alias: number > 1 ? `C ${number}` : "C" }),
    left: visitorFrames.left({ number, alias: number > 1 ? `C ${number}` : "C" }),
    party: { number, keys: [pair.name], alias: "C" },
    grants: (socket) => socket.frames("grant").filter((grant) => grant.to === pair.name),
    async keyring(socket) {
      return openGrant(this.grants(socket).at(-1), pair, { conversation: "c1", number });
    },
  };
}

/** Nothing more is opened, sealed or sent. */
export async function quiet(session) {
  for (let i = 0; i < 8; i++) {
    await new Promise((then) => setTimeout(then));
    await settled(session);
  }
}

export async function talking(here = browser(), other = null) {
  other ??= await console();
  const session = here.session({ makeSealing });
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(WAITING, other.joined);
  await quiet(session);
  return { here, session, other };
}
