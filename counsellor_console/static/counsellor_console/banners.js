// What needs the counsellor whatever they are doing: an offer, a lost connection, missed offers. It appears above the
// screen, moves nothing under the fingers and never takes the focus.

import { html, useComputed, useRef } from "../chat/vendor/preact.js";
import { isNudged, seemsAbsent, usedAt } from "./activity.js";
import { Since, Until, clock } from "./clock.js";
import { LostLines } from "./lost_lines.js";
import { KeyHint } from "./key_hint.js";
import { Subject } from "./labels.js";
import { preferences } from "./preferences.js";
import { soundState } from "./sound.js";
import { t } from "../chat/words.js";

export function Banners({ workspace }) {
  return html`
    <div class="banners">
      <${Connection} workspace=${workspace} />
      <${Missed} workspace=${workspace} />
      <${LostLines} workspace=${workspace} />
      <${Nudged} />
      <${Unused} workspace=${workspace} />
      <${Offers} workspace=${workspace} />
      <${Notices} workspace=${workspace} />
    </div>`;
}

/** Who cannot see the line go is told that it has gone. */
function Connection({ workspace }) {
  const wasLost = useRef(false);
  const online = workspace.online.value;
  wasLost.current ||= !online;
  return html`
    <div role="alert">${!online && html`<p class="notice is-warning banner">${t("connection.lost")}</p>`}</div>
    <p class="visually-hidden" role="status">${online && wasLost.current && t("connection.back")}</p>`;
}

function Missed({ workspace }) {
  const { state, reason, missed } = workspace.availability.value;
  if (state !== "away" || reason !== "missed") return null;
  return html`
    <div class="notice is-warm banner" role="alert">
      <span><strong>${t("missed.title")}</strong> ${t("missed.text", { n: missed })}</span>
      <button type="button" class="button is-main" onClick=${() => workspace.setAvailability("available")}>
        ${t("missed.back")}</button>
    </div>`;
}

/** A coordinator asks; who comes back to the page and uses it has answered. */
function Nudged() {
  return html`
    <div role="alert">${isNudged.value && html`<p class="notice is-warm banner">${t("nudged")}</p>`}</div>`;
}

/** Whoever does not use the page counts as probably absent, and visitors read that nobody is free. */
function Unused({ workspace }) {
  const minutes = useComputed(() => Math.floor((clock.value - usedAt.value) / 60_000));
  const shown = useComputed(() => seemsAbsent(workspace, clock.value));
  return html`
    <div role="status">
      ${shown.value && html`<p class="notice is-warm banner">${t("unused", { n: minutes.value })}</p>`}
    </div>`;
}

function Offers({ workspace }) {
  const offers = workspace.ringing.value;
  return html`
    <div class="visually-hidden" role="alert">${offers.length ? t("offer.said", { n: offers.length }) : ""}</div>
    <section class="offers" aria-label=${t("offer.section")} hidden=${!offers.length}>
      ${offers.map(
        (offer, at) => html`<${Offer} key=${offer.conversation} workspace=${workspace} offer=${offer}
        first=${at === 0} />`,
      )}
      ${
        offers.length > 0 &&
        soundState.value === "locked" &&
        preferences.value.sound &&
        html`<p class="offers-hint">
        ${t("offer.muted")}</p>`
      }
    </section>`;
}

function Offer({ workspace, offer, first }) {
  const { conversation: id } = offer;
  return html`
    <div class="offer">
      <p class="offer-words" id=${`offer-${id}`}>
        <span class="offer-lead">${t(offer.invited ? "offer.lead-invited" : "offer.lead")}
        </span> <${Subject} workspace=${workspace} of=${offer} />
        <span class="offer-time">${t("waits")} <${Since} ms=${offer.since} /></span>
        ${offer.visitor === "gone" && html`<strong>${t("offer.gone")}</strong>`}
      </p>
      <div class="offer-actions">
        <span class="offer-left" title=${t("offer.left")}><span class="visually-hidden">${t("offer.left")} </span>
          <${Until} ms=${offer.until} /></span>
        <button type="button" class="button" onClick=${() => workspace.refuse(id)} aria-describedby=${`offer-${id}`}
          aria-keyshortcuts=${first ? "Alt+R" : null}>
          ${t("offer.refuse")}${first && html` <${KeyHint} letter="R" />`}
        </button>
        <button type="button" class="button is-main" onClick=${() => workspace.accept(id)}
          aria-describedby=${`offer-${id}`} aria-keyshortcuts=${first ? "Alt+A" : null}>
          ${t("offer.accept")}${first && html` <${KeyHint} letter="A" />`}
        </button>
      </div>
    </div>`;
}

function Notices({ workspace }) {
  return html`
    <div class="notices" role="status">
      ${workspace.notices.value.map(
        ({ id, kind, text }) => html`
        <p key=${id} class="notice is-${kind} banner">
          <span>${text}</span>
          <button type="button" class="button is-plain is-small" onClick=${() => workspace.dismiss(id)}>${t("dismiss")}
          </button>
        </p>`,
      )}
    </div>`;
}
