// The middle of the screen while no conversation is open: how to begin, or quiet words while waiting.

import { html } from "../chat/vendor/preact.js";
import { preferences } from "./preferences.js";
import { Readiness } from "./readiness.js";
import { soundState } from "./sound.js";
import { t } from "./words.js";

export function Start({ desk }) {
  const { state, reason } = desk.availability.value;
  if (state === "available") {
    return html`
      <div class="start">
        <h2>${t("start.ready.title")}</h2>
        <p class="lead">${t("start.ready.text")}</p>
        ${preferences.value.sound && soundState.value === "locked" && html`<p class="notice is-warning">${t("offer.muted")}</p>`}
        <p class="muted start-keys">${t("start.ready.keys")} <kbd>?</kbd></p>
      </div>`;
  }
  return html`
    <div class="start">
      <h2>${t("start.hello", { name: desk.me.value.name })}</h2>
      <p class="lead">${t(state === "finishing" ? "start.finishing" : "start.away")}</p>
      <${Readiness} desk=${desk} />
      ${reason !== "missed" && html`<p class="actions"><button type="button" class="button is-main" onClick=${() => desk.setAvailability("available")}>${t("start.go")}</button></p>`}
    </div>`;
}
