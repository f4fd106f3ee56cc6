// The line at the top: whether I am there and for how many, what helps, the way out.

import { html } from "../chat/vendor/preact.js";
import { t } from "./words.js";

const STATES = ["available", "finishing", "away"];

export function Masthead({ desk }) {
  return html`
    <header class="masthead console-masthead">
      <h1 class="visually-hidden">${t("title.plain")}</h1>
      <span class="brand">Miti</span>
      <${Availability} desk=${desk} />
      <button type="button" class="button is-small only-menu" popovertarget="menu">${t("menu")}</button>
      <div class="who" id="menu" popover>
        <${Capacity} desk=${desk} />
        <span class="who-name">${desk.me.value.name}</span>
        <button type="button" class="button is-plain is-small" onClick=${() => desk.open("setup")}>${t("setup.open")}</button>
        <button type="button" class="button is-plain is-small" onClick=${() => desk.open("help")} aria-keyshortcuts="?">${t("help.open")}</button>
        <button type="submit" form="sign-out" class="button is-plain is-small">${t("sign-out")}</button>
      </div>
    </header>`;
}

function Availability({ desk }) {
  const { state } = desk.availability.value;
  return html`
    <div class="segments" role="group" aria-label=${t("availability.label")} aria-busy=${desk.asked.value !== null}>
      ${STATES.map((name) => html`
        <button type="button" class="segment is-${name}" aria-pressed=${name === state} title=${t(`availability.${name}.hint`)}
                onClick=${() => desk.setAvailability(name)}>
          <span class="segment-mark" aria-hidden="true">${name === state ? "✓" : ""}</span>${t(`availability.${name}`)}
        </button>`)}
    </div>`;
}

/** How many conversations at once. */
function Capacity({ desk }) {
  const { state, capacity, max_capacity: most } = desk.availability.value;
  const places = Array.from({ length: Math.max(most, capacity) }, (_, at) => at + 1);
  return html`
    <label class="capacity">
      <span class="visually-hidden">${t("capacity.label")}</span>
      <select value=${capacity} onChange=${(event) => desk.setAvailability(state, Number(event.target.value))}>
        ${places.map((count) => html`<option value=${count} selected=${count === capacity}>${t("capacity.option", { n: count, count })}</option>`)}
      </select>
    </label>`;
}
