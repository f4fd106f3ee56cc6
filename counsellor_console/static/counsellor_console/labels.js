// The names of codes, as the server gave them in the counsellor's language.

import { html } from "../chat/vendor/preact.js";

export function labelOf(list, code) {
  return list?.find((entry) => entry.code === code)?.label ?? code;
}

/** "Orientation · néerlandais · école": what is known of a visitor; the ordinary audience is left out. */
export function Subject({ workspace, of }) {
  const { themes, languages, audiences } = workspace.codes.value;
  const more = [labelOf(languages, of.language), of.audience !== "public" && labelOf(audiences, of.audience)].filter(
    Boolean,
  );
  return html`<span class="subject"><strong>${labelOf(themes, of.theme)}</strong> <span class="subject-more">
    ${more.join(" · ")}</span></span>`;
}

/** Colleagues to choose from, each with the teams they are in. */
export function colleagueOptions(colleagues, pools) {
  return colleagues.map(({ id, name, pools: own }) => ({
    value: String(id),
    label: name,
    hint: own.map((slug) => labelOf(pools, slug)).join(", "),
  }));
}
