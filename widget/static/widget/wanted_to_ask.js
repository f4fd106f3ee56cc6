/* At a closed door: one press on a theme says that somebody wanted to ask. It is counted, without a word of text. */

import { html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

/** The server answers a request that it is closed, which counts it. */
export const WantedToAsk = ({ session }) =>
  session.problem.value === "closed_now"
    ? html`<p class="notice is-success" role="status">${t("full_asked")}</p>`
    : html`<div role="group" aria-labelledby="wanted">
        <p id="wanted">${t("wanted")}</p>
        <p class="choices">
          ${session.welcome.value.themes.map(
            ({ code, label }) =>
              html`<button class="small" type="button" onClick=${() => session.ask(code)}>${label}</button>`,
          )}
        </p>
      </div>`;
