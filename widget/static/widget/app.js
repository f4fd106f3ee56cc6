/* The visitor's frame: reads the page's data, starts the session, draws its state. */

import { drawTextsAsElements } from "../chat/text_elements.js";
import { html, options, render } from "../chat/vendor/preact-core.js";
import { t, useWords } from "../chat/words.js";
import { arrivalSound } from "./arrival_sound.js";
import { ChatPage, placeInQueue } from "./chat_page.js";
import { ClosedPage } from "./closed_page.js";
import { isTouchScreen } from "./composer.js";
import { mayAsk } from "./door.js";
import { LazySealing } from "./lazy_sealing.js";
import { EmergencyContacts, callable } from "./emergency_contacts.js";
import { EndPage } from "./end_page.js";
import { reasonWords } from "./ending.js";
import { embedded, onHostMessage, quickExit, reduced, tellHost } from "./host_page.js";
import { solveProof } from "./proof_solver.js";
import { sessionStore } from "./session_store.js";
import { follow } from "./signals.js";
import { StartPage } from "./start_page.js";
import { loadModule } from "./verified_module.js";
import { VisitorSession } from "./visitor_session.js";

const {
  site,
  lang,
  theme,
  audience,
  campaign,
  quickExit: exit,
  locales,
  proof,
  checks,
  sealing,
} = document.body.dataset;
const addresses = Object.fromEntries(
  Array.from(locales.matchAll(/(\S+)=(\S+)/g), ([, code, address]) => [code, address]),
);
const root = document.getElementById("miti");
let shown = !reduced;
let unread = 0;
let heard = false;
let messagesBefore = 0;
let phaseBefore = null;
let pageBefore = null;
let labelBefore = null;
let focused = null;
let languageAsked = null;
let escapedAt = 0;

const session = new VisitorSession({
  url: `${location.origin.replace(/^http/, "ws")}/ws/visitor/`,
  site,
  lang,
  campaign,
  store: sessionStore(site),
  solveProof: (challenge) => solveProof(proof, challenge),
  loadWritingChecks: () => loadModule(checks),
  makeSealing: (options) => new LazySealing(() => loadModule(sealing), options),
});

async function loadWords(code) {
  const known = (languageAsked = addresses[code] ? code : "fr");
  const words = await (await fetch(addresses[known])).json();
  // The visitor chose another language meanwhile.
  if (known !== languageAsked) return false;
  useWords(known, words);
  Object.assign(document.documentElement, { lang: known, dir: known === "ar" ? "rtl" : "ltr" });
  return true;
}

async function chooseLanguage(code) {
  if (!(await loadWords(code))) return;
  draw();
  session.changeLanguage(code);
}

function draw() {
  render(html`<${Frame} />`, root);
  countUnread();
  tellLabel();
  // Waiting and talking are one screen: a visitor who is writing can continue.
  const phase = session.phase.value;
  const before = session.anyway.value ? "anyway" : "before";
  const page = { before, asking: before, active: "waiting" }[phase] ?? phase;
  if (pageBefore && pageBefore !== page) focusOn(root.querySelector("h1"));
  pageBefore = page;
}

function countUnread() {
  const messages = session.messages.value;
  const phase = session.phase.value;
  // The page before may have left the visitor waiting.
  const arrived = phase === "active" && (phaseBefore === "waiting" || (phaseBefore === "loading" && !session.seen));
  const answers = messages.slice(messagesBefore).filter((one) => session.isNews(one)).length;
  phaseBefore = phase;
  messagesBefore = messages.length;
  const missed = !isLookedAt() && answers > 0;
  // The first answer that nobody sees is heard, too, and no other until somebody has looked.
  if (arrived || (missed && !heard)) arrivalSound.play();
  heard ||= missed;
  if (isLookedAt()) markSeen();
  else if (answers + arrived) tellHost("unread", { unread: (unread += answers + arrived) });
}

/** The server words the button; only this page knows that a conversation is under way. */
function tellLabel() {
  const underWay = session.underWay || session.restored;
  const welcome = session.welcome.value;
  const label = welcome && (underWay ? t("button_back") : welcome.label);
  if (label && label !== labelBefore) tellHost("state", { state: underWay ? "open" : welcome.state, label, underWay });
  labelBefore = label;
}

const isLookedAt = () => shown && document.visibilityState === "visible";

function markSeen() {
  if (!isLookedAt()) return;
  heard = false;
  if (unread) tellHost("unread", { unread: (unread = 0) });
  session.reportSeen();
}

/** Moves the focus only if it is in this frame: nobody must be called away from the page around it. */
function focusOn(place) {
  if (document.hasFocus()) place?.focus();
}

function Page() {
  const phase = session.phase.value;
  const welcome = session.welcome.value;
  if (phase === "closed") return html`<${EndPage} session=${session} />`;
  if (phase === "waiting" || phase === "active") return html`<${ChatPage} session=${session} />`;
  // Nobody can be talked to without what seals.
  const missing = session.missing.value;
  if (!welcome || phase === "loading" || missing) {
    return html`<div class="page is-calm">
      <p role="status">${session.failed.value || missing ? withCallableNumbers(t("unreachable")) : t("loading")}</p>
    </div>`;
  }
  if (!globalThis.crypto?.subtle) {
    return html`<div class="page">
      <p class="notice is-warning" role="alert">${t("unsealable")}</p>
      <${EmergencyContacts} contacts=${welcome.contacts} />
    </div>`;
  }
  if (!mayAsk(session)) return html`<${ClosedPage} ...${{ session, chooseLanguage }} />`;
  return html`<${StartPage} key=${session.token} ...${{ session, chooseLanguage, theme, audience }} />`;
}

/** Without the server there is no list of numbers: the numbers in the sentence become links. */
function withCallableNumbers(text) {
  return text.split(/(\d[\d ]+\d)/).map((part, i) => (i % 2 ? html`<a href=${callable(part)}>${part}</a>` : part));
}

/** What a screen reader says of a page that has come. Whose focus is here hears the heading, which gets it, before. */
function spoken() {
  const ended = session.ended.value;
  if (!ended) return placeInQueue(session);
  return [document.hasFocus() ? "" : `${t("ended")}.`, t(reasonWords(ended))];
}

function Frame() {
  return html`<header>
      <b class="brand">Miti</b>
      <button type="button" class="exit" title=${t("quick_exit_hint")} onClick=${leaveNow}>${t("quick_exit")}</button>
      ${
        embedded &&
        html`<button type="button" class="hide" aria-label=${t("hide")} onClick=${reduce}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
        </button>`
      }
    </header>
    <main><${Page} /></main>
    <p class="unseen" role="status">${spoken().join(" ")}</p>`;
}

function reduce() {
  shown = false;
  tellHost("hide");
}

function leaveNow() {
  quickExit(exit, () => session.forget());
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.repeat) return;
  if (Date.now() - escapedAt < 1000) leaveNow();
  escapedAt = Date.now();
  // It has taken a question back.
  if (event.defaultPrevented) return;
  shown = !embedded;
  tellHost("escape");
});
// After a reload no sound may be made before the next gesture.
addEventListener("click", () => session.underWay && arrivalSound.unlock());
addEventListener("visibilitychange", () => {
  // What the button says is right again after a sleep, too.
  if (document.visibilityState === "visible") session.refreshDoor();
  markSeen();
});
new IntersectionObserver((entries) => {
  const before = shown;
  shown = entries.at(-1).isIntersecting;
  // A visitor who returns before asking sees what is true now.
  if (shown && !before) session.refreshDoor();
  markSeen();
}).observe(root);
// The focused element is gone, such as a button that was used: the keyboard continues near it.
root.addEventListener("focusin", ({ target }) => {
  focused = target;
});
new MutationObserver(() => {
  if (!focused || focused.isConnected) return;
  focused = null;
  focusOn((!isTouchScreen() && root.querySelector("#say")) || root.querySelector("h1"));
}).observe(root, { childList: true, subtree: true });
onHostMessage(({ miti }) => miti === "vanish" && leaveNow());
drawTextsAsElements(options);
await loadWords(session.lang.value);
follow(draw);
// Sent only when there is something to see: without this message, the loader removes the empty panel.
tellHost("exit", { to: exit });
session.open();
