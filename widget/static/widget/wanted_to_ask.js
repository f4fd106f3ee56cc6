/* At a closed door: one press says that somebody wanted to ask, and about what. It is counted, without a word of text. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

export class WantedToAsk extends Component {
  render({ session }, { choosing }) {
    // The server has answered that it is closed, which counts the request.
    if (session.problem.value === "closed_now")
      return html`<p class="notice is-success" role="status">${t("wanted_counted")}</p>`;
    if (!choosing) {
      const choose = () => this.setState({ choosing: true });
      return html`<button class="main" type="button" onClick=${choose}>${t("wanted")}</button>`;
    }
    return html`<div role="group" aria-labelledby="wanted">
      <p id="wanted">${t("wanted_theme")}</p>
      <p class="choices">
        ${session.welcome.value.themes.map(
          ({ code, label }) =>
            html`<button class="small" type="button" onClick=${() => session.ask(code)}>${label}</button>`,
        )}
      </p>
    </div>`;
  }
}
