// The middle of the screen while no conversation is open: how to begin, or a few words while waiting.

import { html } from "../chat/vendor/preact.js";
import { preferences } from "./preferences.js";
import { SetupChecklist } from "./setup_checklist.js";
import { soundState } from "./sound.js";
import { t } from "../chat/words.js";

export function IdlePanel({ workspace }) {
  const { state, reason } = workspace.availability.value;
  if (state === "available") {
    return html`
      <div class="start">
        <h2>${t("start.ready.title")}</h2>
        <p class="lead">${t("start.ready.text")}</p>
        ${
          preferences.value.sound &&
          soundState.value === "locked" &&
          html`<p class="notice is-warning">
          ${t("offer.muted")}</p>`
        }
        <p class="muted start-keys">${t("start.ready.keys")} <kbd>Alt</kbd> <kbd>?</kbd></p>
      </div>`;
  }
  return html`
    <div class="start">
      <h2>${t("start.hello", { name: workspace.me.value.name })}</h2>
      <p class="lead">${t(state === "finishing" ? "start.finishing" : "start.away")}</p>
      <${SetupChecklist} workspace=${workspace} />
      ${
        reason !== "missed" &&
        html`<p class="actions">
          <button type="button" class="button is-main" onClick=${() => workspace.setAvailability("available")}>
            ${t("start.go")}</button></p>`
      }
    </div>`;
}
