/* Leads to the accessibility statement, in a page of its own: the chat stays open. */

import { html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

export function AccessibilityLink({ lang }) {
  const address = `${document.body.dataset.accessibility}?lang=${lang}`;
  return html`<p class="hint"><a href=${address} target="_blank" rel="noopener">${t("accessibility")}</a></p>`;
}
