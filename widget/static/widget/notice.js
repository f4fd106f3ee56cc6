/* A notice from the coordinators to visitors. */

import { html } from "../chat/vendor/preact-core.js";

export const Notice = ({ blocks }) =>
  blocks.map(({ lines, is_list }) =>
    is_list
      ? html`<ul class="notice">
          ${lines.map((parts) => html`<li>${parts.map(shown)}</li>`)}
        </ul>`
      : html`<p class="notice"><span>${lines[0].map(shown)}</span></p>`,
  );

function shown({ text, bold, italic, href }) {
  let part = text;
  if (href) part = html`<a href=${href} target="_blank" rel="noopener noreferrer">${part}</a>`;
  if (italic) part = html`<em>${part}</em>`;
  return bold ? html`<strong>${part}</strong>` : part;
}
