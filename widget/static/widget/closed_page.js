/* Nobody can answer now: says when somebody can, and whom to call meanwhile. */

import { html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";
import { AccessibilityLink } from "./accessibility_link.js";
import { doorOf } from "./door.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { LanguageChoice } from "./language_choice.js";
import { Notice } from "./notice.js";

export function ClosedPage({ session, chooseLanguage }) {
  const door = doorOf(session);
  const refused = session.problem.value === "full";
  const askAnyway = () => session.set({ anyway: true });
  const { contacts, notice_blocks, opening, themes } = session.welcome.value;
  const choice = ({ code, label }) => html`<button class="small" onClick=${() => session.ask(code)}>${label}</button>`;
  const closed = opening ? t("closed_next", { when: opening }) : t("closed_unknown");
  return html`<div class="page">
    <${LanguageChoice} ...${{ session, chooseLanguage }} />
    <h1 tabindex="-1">${t(`${door}_title`)}</h1>
    <p class="lead">${door === "full" ? t(refused ? "full_asked" : "full_text") : closed}</p>
    <${Notice} blocks=${notice_blocks?.closed} />
    ${
      door === "full" &&
      !refused &&
      html`<button class="main" type="button" onClick=${askAnyway}>${t("ask_anyway")}</button>`
    }
    ${
      // One press on a theme, without a word of text: the server answers that it is closed, and counts it.
      door === "closed" &&
      (session.problem.value
        ? html`<p role="status">${t("full_asked")}</p>`
        : html`<p>${t("wanted")}</p><p class="choices">${themes.map(choice)}</p>`)
    }
    <button class="plain" type="button" onClick=${() => session.changeLanguage(session.lang.value)}>
      ${t("again")}
    </button>
    <${EmergencyContacts} contacts=${contacts} />
    <${AccessibilityLink} />
  </div>`;
}
