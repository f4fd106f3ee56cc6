/* The numbers that somebody in need can call at once. */

import { html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

export const callable = (number) => `tel:${number.replace(/[^\d+]/g, "")}`;

export function EmergencyContacts({ contacts, title = "numbers" }) {
  if (!contacts?.length) return null;
  return html`<section class="numbers" aria-label=${t("numbers")}>
    <p>${t(title)}</p>
    <ul>
      ${contacts.map(
        ({ label, number }) => html`<li>
          <a href=${callable(number)}><b>${number}</b> <span>${label}</span></a>
        </li>`,
      )}
    </ul>
  </section>`;
}
