// The line at the top: whether I am there and for how many, what helps, the way out.

import { html } from "../chat/vendor/preact.js";
import { t } from "./words.js";

const STATES = ["available", "finishing", "away"];

export function Masthead({ desk }) {
  return html`
    <header class="masthead console-masthead">
      <span class="brand">Miti <span class="visually-hidden">– ${t("title.plain")}</span></span>
      <${Availability} desk=${desk} />
      <div class="who">
        <button type="button" class="button is-plain is-small" onClick=${() => desk.open("setup")}>${t("setup.open")}</button>
        <button type="button" class="button is-plain is-small" onClick=${() => desk.open("help")} aria-keyshortcuts="?">${t("help.open")}</button>
        <span class="who-name">${desk.me.value.name}</span>
        <button type="submit" form="sign-out" class="button is-plain is-small">${t("sign-out")}</button>
      </div>
    </header>`;
}

export function Availability({ desk }) {
  const { state, capacity, max_capacity: most } = desk.availability.value;
  const places = Array.from({ length: Math.max(most, capacity) }, (_, at) => at + 1);
  return html`
    <div class="availability" role="group" aria-label=${t("availability.label")}>
      <div class="segments">
        ${STATES.map((name) => html`
          <button type="button" class="segment is-${name}" aria-pressed=${name === state} title=${t(`availability.${name}.hint`)}
                  onClick=${() => desk.setAvailability(name)}>
            <span class="segment-mark" aria-hidden="true">${name === state ? "✓" : ""}</span>${t(`availability.${name}`)}
          </button>`)}
      </div>
      <label class="capacity">
        <span class="visually-hidden">${t("capacity.label")}</span>
        <select value=${capacity} onChange=${(event) => desk.setAvailability(state, Number(event.target.value))}>
          ${places.map((count) => html`<option value=${count} selected=${count === capacity}>${t("capacity.option", { n: count, count })}</option>`)}
        </select>
      </label>
    </div>`;
}
