/* The visitor's frame: reads the page's data, starts the visit, draws what it says. */

import { html, render } from "../chat/vendor/preact-core.js";
import { Before, Shut } from "./before.js";
import { Ended } from "./ended.js";
import { sound } from "./chime.js";
import { embedded, listen, tell, vanish } from "./host.js";
import { keep } from "./keep.js";
import { prove } from "./prove.js";
import { Talk } from "./talk.js";
import { Visit } from "./visit.js";
import { speaker } from "./words.js";

const { site, lang, theme, audience, campaign, quickExit: exit, locales, proof } = document.body.dataset;
const addresses = Object.fromEntries(locales.trim().split(/\s+/).map((pair) => pair.split("=")));
const root = document.getElementById("miti");
let say = null, greeted = null, shown = true, unread = 0, heard = 0, drawn = null, escaped = 0;

const visit = new Visit({
  url: `${location.origin.replace(/^http/, "ws")}/ws/visitor/`, site, lang, campaign, store: keep(site), changed, prove: (challenge) => prove(proof, challenge),
});

async function speak(code) {
  const known = addresses[code] ? code : "fr";
  say = speaker(known, await (await fetch(addresses[known])).json());
  Object.assign(document.documentElement, { lang: known, dir: ["ar", "fa", "he"].includes(known) ? "rtl" : "ltr" });
  draw();
}

async function choose(code) {
  await speak(code);
  visit.speak(code);
}

function changed() {
  const { messages } = visit;
  const came = drawn === "waiting" && visit.state.phase === "active";
  if (came) sound.play();
  const news = messages.slice(heard).filter(({ author }) => author === "counsellor").length + came;
  heard = messages.length;
  if (!looking() && news) tell("unread", { unread: unread += news });
  draw();
}

const looking = () => shown && document.visibilityState === "visible";

function looked() {
  if (!looking()) return;
  if (unread) tell("unread", { unread: unread = 0 });
  visit.see();
}

function draw() {
  if (!say) return;
  const { state } = visit;
  render(html`<${Frame} />`, root);
  looked();
  if (state.welcome !== greeted) tell("state", { state: state.welcome.state, label: say.launcher(state.welcome) });
  greeted = state.welcome;
  const scene = state.phase === "asking" ? "before" : state.phase;
  if (drawn && drawn !== scene && scene !== "active") root.querySelector("h1")?.focus();
  drawn = scene;
}

function Scene() {
  const { state } = visit;
  if (state.phase === "closed") return html`<${Ended} ...${{ visit, say }} />`;
  if (state.phase === "waiting" || state.phase === "active") return html`<${Talk} ...${{ visit, say }} />`;
  if (!state.welcome || state.phase === "loading") return html`<div class="page is-calm"><p role="status">${state.failed ? callable(say.t("unreachable")) : say.t("loading")}</p></div>`;
  const shut = ["closed_now", "full"].includes(state.problem) ? state.problem.replace("_now", "") : state.welcome.state;
  if (shut === "closed" || shut === "full") return html`<${Shut} state=${shut} ...${{ visit, say, choose }} />`;
  return html`<${Before} key=${visit.token} ...${{ visit, say, choose, theme, audience }} />`;
}

/** Without the server there is no list of numbers: those in the sentence can be called. */
const callable = (text) => text.split(/(\d{3,4})/).map((part, i) => (i % 2 ? html`<a href=${`tel:${part}`}>${part}</a>` : part));

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
  vanish(exit, () => visit.vanish());
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (Date.now() - escaped < 1000) leaveNow();
  escaped = Date.now();
  shown = !embedded;
  tell("escape");
});
addEventListener("visibilitychange", looked);
new IntersectionObserver(([entry]) => {
  shown = entry.isIntersecting;
  looked();
}).observe(root);
listen(({ miti }) => miti === "vanish" && leaveNow());
tell("exit", { to: exit });
await speak(visit.lang);
visit.open();
