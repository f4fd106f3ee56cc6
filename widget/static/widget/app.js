/* The visitor's frame: reads the page's data, starts the session, draws what it says. */

import { html, render } from "../chat/vendor/preact-core.js";
import { StartPage, ClosedPage } from "./start_page.js";
import { touch } from "./composer.js";
import { EndPage } from "./end_page.js";
import { sound } from "./arrival_sound.js";
import { embedded, listen, tell, vanish } from "./host_page.js";
import { sessionStore } from "./session_store.js";
import { solveProof } from "./proof_solver.js";
import { ChatPage } from "./chat_page.js";
import { VisitorSession } from "./visitor_session.js";
import { speaker } from "./words.js";

const { site, lang, theme, audience, campaign, quickExit: exit, locales, proof } = document.body.dataset;
const addresses = Object.fromEntries(
  locales
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split("=")),
);
const root = document.getElementById("miti");
let say = null,
  called = null,
  shown = true,
  unread = 0,
  heard = 0,
  was = null,
  scene = null,
  held = null,
  wanted,
  escaped = 0;

const session = new VisitorSession({
  url: `${location.origin.replace(/^http/, "ws")}/ws/visitor/`,
  site,
  lang,
  campaign,
  store: sessionStore(site),
  changed,
  solveProof: (challenge) => solveProof(proof, challenge),
});

async function speak(code) {
  const known = (wanted = addresses[code] ? code : "fr");
  const words = await (await fetch(addresses[known])).json();
  // Meanwhile another was chosen.
  if (known !== wanted) return false;
  say = speaker(known, words);
  Object.assign(document.documentElement, { lang: known, dir: ["ar", "fa", "he"].includes(known) ? "rtl" : "ltr" });
  draw();
  return true;
}

async function choose(code) {
  if (await speak(code)) session.speak(code);
}

function changed() {
  const {
    messages,
    state: { phase },
  } = session;
  const came = was === "waiting" && phase === "active";
  was = phase;
  if (came) sound.play();
  const news = messages.slice(heard).filter(({ author }) => author === "counsellor").length + came;
  heard = messages.length;
  if (!looking() && news) tell("unread", { unread: (unread += news) });
  draw();
}

const looking = () => shown && document.visibilityState === "visible";

function looked() {
  if (!looking()) return;
  if (unread) tell("unread", { unread: (unread = 0) });
  session.see();
}

function draw() {
  if (!say) return;
  const { state } = session;
  render(html`<${Frame} />`, root);
  looked();
  const label = state.welcome && say.launcher(state.welcome, session.underWay);
  if (label !== called) tell("state", { state: session.underWay ? "open" : state.welcome.state, label });
  called = label;
  // Waiting and talking are one screen: whoever is writing goes on.
  const now = { asking: "before", active: "waiting" }[state.phase] ?? state.phase;
  if (scene && scene !== now) goOn(root.querySelector("h1"));
  scene = now;
}

/** Moves the focus, but only of whoever is in here: nobody is called away from the page around this frame. */
function goOn(place) {
  if (document.hasFocus()) place?.focus();
}

function Scene() {
  const { state } = session;
  if (state.phase === "closed") return html`<${EndPage} ...${{ session, say }} />`;
  if (state.phase === "waiting" || state.phase === "active") return html`<${ChatPage} ...${{ session, say }} />`;
  if (!state.welcome || state.phase === "loading")
    return html`<div class="page is-calm"><p role="status">${state.failed ? callable(say.t("unreachable")) : say.t("loading")}</p></div>`;
  if (session.door !== "open") return html`<${ClosedPage} ...${{ session, say, choose }} />`;
  return html`<${StartPage} key=${session.token} ...${{ session, say, choose, theme, audience }} />`;
}

/** Without the server there is no list of numbers: those in the sentence can be called. */
const callable = (text) =>
  text.split(/(\d{3,4})/).map((part, i) => (i % 2 ? html`<a href=${`tel:${part}`}>${part}</a>` : part));

function Frame() {
  const { t } = say;
  return html`<header>
      <b class="brand">Miti</b>
      <button type="button" class="exit" title=${t("quick_exit_hint")} onClick=${leaveNow}>${t("quick_exit")}</button>
      ${embedded && html`<button type="button" class="hide" aria-label=${t("hide")} onClick=${reduce}><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg></button>`}
    </header>
    <main><${Scene} /></main>`;
}

function reduce() {
  shown = false;
  tell("hide");
}

function leaveNow() {
  vanish(exit, () => session.vanish());
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.repeat) return;
  if (Date.now() - escaped < 1000) leaveNow();
  escaped = Date.now();
  shown = !embedded;
  tell("escape");
});
addEventListener("visibilitychange", looked);
new IntersectionObserver((entries) => {
  const before = shown;
  shown = entries.at(-1).isIntersecting;
  // Who comes back to a question not yet asked is told what is true now.
  if (shown && !before) session.look();
  looked();
}).observe(root);
// What had the focus is gone, such as a button that did its work: the keyboard goes on from near there.
root.addEventListener("focusin", ({ target }) => {
  held = target;
});
new MutationObserver(() => {
  if (!held || held.isConnected) return;
  held = null;
  goOn((!touch() && root.querySelector("#say")) || root.querySelector("h1"));
}).observe(root, { childList: true, subtree: true });
listen(({ miti }) => miti === "vanish" && leaveNow());
await speak(session.lang);
// Not before there is something to see: without a word from here, the loader takes an empty panel away.
tell("exit", { to: exit });
session.open();
