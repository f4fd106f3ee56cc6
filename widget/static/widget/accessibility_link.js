/* Leads to the accessibility statement, in a page of its own: the chat stays open. */

import { html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

export function AccessibilityLink() {
  const address = `/accessibility/?lang=${document.documentElement.lang}`;
  return html`<p class="hint"><a href=${address} target="_blank">${t("accessibility")}</a></p>`;
}
