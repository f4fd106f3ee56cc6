/* A notice from the coordinators to visitors. */

import { html } from "../chat/vendor/preact-core.js";
import { blocks } from "./notice_text.js";

export const Notice = ({ text }) =>
  runs(blocks(text)).map((run) =>
    run[0].item
      ? html`<ul class="notice">
          ${run.map(({ parts }) => html`<li>${parts.map(shown)}</li>`)}
        </ul>`
      : html`<p class="notice"><span>${run[0].parts.map(shown)}</span></p>`,
  );

/** List items that follow one another stand in one list. */
function runs(found) {
  const together = [];
  for (const block of found)
    if (block.item && together.at(-1)?.[0].item) together.at(-1).push(block);
    else together.push([block]);
  return together;
}

function shown({ text, bold, italic, href }) {
  let part = text;
  if (href) part = html`<a href=${href} target="_blank" rel="noopener noreferrer">${part}</a>`;
  if (italic) part = html`<em>${part}</em>`;
  return bold ? html`<strong>${part}</strong>` : part;
}
