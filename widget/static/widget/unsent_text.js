/* What the visitor wrote and nobody received, to copy from the end page. It is nowhere but in this page. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

export class UnsentText extends Component {
  state = { copied: false };

  /** A frame in another site's page may not use `navigator.clipboard`. */
  copy = () => {
    this.area.select();
    this.setState({ copied: document.execCommand("copy") });
  };

  render({ session }, { copied }) {
    const text = [...session.items.value.map(({ body }) => body), session.draft].filter(Boolean).join("\n");
    if (!text) return null;
    return html`<section class="unsent-text">
      <label for="unsent-text">${t("unsent")}</label>
      <textarea
        id="unsent-text"
        ref=${(area) => {
          this.area = area;
        }}
        rows="4"
        dir="auto"
        readonly
        autocomplete="off"
        value=${text}
      ></textarea>
      <p class="choices">
        <button type="button" class="small" onClick=${this.copy}>${t("copy")}</button>
        <span role="status">${copied ? t("copied") : ""}</span>
      </p>
    </section>`;
  }
}
