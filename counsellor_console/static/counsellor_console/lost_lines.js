// The lines of the conversations that this page lost: take them again where they wait, and copy what was not sent.

import { html, useState } from "../chat/vendor/preact.js";
import { Subject } from "./labels.js";
import { hasText, textOf } from "./lost_conversations.js";
import { t } from "../chat/words.js";

export function LostLines({ workspace }) {
  const lost = workspace.lost.shown.value;
  return html`
    <div class="lost-lines" role="status">
      ${lost.map((one) => html`<${Line} key=${one.id} workspace=${workspace} lost=${one} />`)}
    </div>`;
}

function Line({ workspace, lost }) {
  const { id, number, facts, reason, noteDraft } = lost;
  const text = textOf(lost);
  const open = workspace.conversations.value.some((conversation) => conversation.id === id);
  const rings = workspace.ringing.value.some(({ conversation }) => conversation === id);
  const waits = workspace.others.value.some(({ conversation }) => conversation === id);
  const again = () => (rings ? workspace.accept(id) : workspace.take(id));
  const label = `lost-${id}`;
  return html`
    <div class="notice is-warning banner lost" role="group" aria-labelledby=${label}>
      <p id=${label}><strong>${t("conversation", { number })}</strong> <${Subject} workspace=${workspace} of=${facts} />
        <span> ${t(`lost.${reason}`)}</span> ${!open && (rings || waits) && html`<span>${t("lost.waits")}</span>`}</p>
      ${text && html`<${Unsent} label=${t("lost.draft")} text=${text} />`}
      ${noteDraft && html`<${Unsent} label=${t("lost.note")} text=${noteDraft} />`}
      <div class="lost-actions">
        ${
          !open &&
          (rings || waits) &&
          html`<button type="button" class="button is-main" onClick=${again} aria-describedby=${label}>
          ${t("lost.again")}</button>`
        }
        <button type="button" class="button" onClick=${() => workspace.lost.putAway(id)} aria-describedby=${label}>
          ${t(hasText(lost) ? "lost.discard" : "dismiss")}</button>
      </div>
    </div>`;
}

function Unsent({ label, text }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return html`
    <label class="lost-text"><span>${label}</span>
      <textarea readonly rows="2" dir="auto" value=${text}
        onFocus=${(event) => event.target.select()}></textarea></label>
    <button type="button" class="button is-small" onClick=${copy}>${t(copied ? "lost.copied" : "lost.copy")}</button>`;
}
