// The line at the top: availability and capacity, help, signing out.

import { html } from "../chat/vendor/preact.js";
import { signOut } from "./dialog_sign_out.js";
import { t } from "../chat/words.js";

const STATES = ["available", "finishing", "away"];

export function Header({ workspace }) {
  return html`
    <header class="masthead console-masthead">
      <h1 class="visually-hidden">${t("title.plain")}</h1>
      <span class="brand">Miti</span>
      <${Availability} workspace=${workspace} />
      <button type="button" class="button is-small only-menu" popovertarget="menu">${t("menu")}</button>
      <div class="who" id="menu" popover>
        <${Capacity} workspace=${workspace} />
        <span class="who-name">${workspace.me.value.name}</span>
        <a class="button is-plain is-small" href=${document.body.dataset.shifts} target="_blank" rel="noopener">
          ${t("shifts.open")}</a>
        <button type="button" class="button is-plain is-small" onClick=${() => workspace.open("setup")}>
          ${t("setup.open")}</button>
        <button type="button" class="button is-plain is-small" onClick=${() => workspace.open("help")}
          aria-keyshortcuts="Alt+?">${t("help.open")}</button>
        <button type="button" class="button is-plain is-small" onClick=${() => signOut(workspace)}>
          ${t("sign-out")}</button>
      </div>
    </header>`;
}

function Availability({ workspace }) {
  const { state } = workspace.availability.value;
  return html`
    <div class="segments" role="group" aria-label=${t("availability.label")}
      aria-busy=${workspace.asked.value !== null}>
      ${STATES.map(
        (name) => html`
        <button type="button" class="segment is-${name}" aria-pressed=${name === state}
          title=${t(`availability.${name}.hint`)}
                onClick=${() => workspace.setAvailability(name)}>
          <span class="segment-mark" aria-hidden="true">${name === state ? "✓" : ""}</span>${t(`availability.${name}`)}
        </button>`,
      )}
    </div>`;
}

/** How many conversations at once. */
function Capacity({ workspace }) {
  const { state, capacity, max_capacity: most } = workspace.availability.value;
  const places = Array.from({ length: Math.max(most, capacity) }, (_, at) => at + 1);
  return html`
    <label class="capacity">
      <span class="visually-hidden">${t("capacity.label")}</span>
      <select value=${capacity} onChange=${(event) => workspace.setAvailability(state, Number(event.target.value))}>
        ${places.map(
          (count) => html`<option value=${count} selected=${count === capacity}>
          ${t("capacity.option", { n: count })}</option>`,
        )}
      </select>
    </label>`;
}
