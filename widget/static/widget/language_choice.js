/* The languages that the site answers in, when there is a choice. */

import { html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

export function LanguageChoice({ session, chooseLanguage }) {
  const { languages } = session.welcome.value;
  if (languages.length < 2) return null;
  return html`<fieldset class="languages">
    <legend class="unseen">${t("language")}</legend>
    ${languages.map(
      ({ code, label }) => html`<label lang=${code}>
        <input
          type="radio"
          name="language"
          value=${code}
          checked=${session.lang.value === code}
          onChange=${() => chooseLanguage(code)}
        />
        <span>${label}</span>
      </label>`,
    )}
  </fieldset>`;
}
