// Beside the open conversation: what is known of it, what can be done with it, the notes between counsellors.

import { html } from "../chat/vendor/preact.js";
import { Since } from "./clock.js";
import { KeyHint } from "./key_hint.js";
import { labelOf } from "./labels.js";
import { Notes } from "./notes.js";
import { duration, t } from "../chat/words.js";

export function SidePanel({ workspace, conversation }) {
  const { themes, languages, audiences } = workspace.codes.value;
  const { theme, language, audience, waited, acceptedAt, role } = conversation.facts.value;
  return html`
    <section class="console-side" id="side" aria-label=${t("side.label", { number: conversation.number })}>
      <button type="button" class="button is-plain is-small only-small side-back" onClick=${() => {
        workspace.selection.view.value = "chat";
      }}>← ${t("side.back")}</button>
      <dl class="side-facts">
        <dt>${t("side.theme")}</dt><dd>${labelOf(themes, theme)}</dd>
        <dt>${t("side.language")}</dt><dd>${labelOf(languages, language)}</dd>
        ${audience !== "public" && html`<dt>${t("side.audience")}</dt><dd>${labelOf(audiences, audience)}</dd>`}
        <dt>${t("side.waited")}</dt><dd>${duration(waited)}</dd>
        ${!conversation.ended.value && html`<dt>${t("side.since")}</dt><dd><${Since} ms=${acceptedAt} /></dd>`}
      </dl>
      ${
        !conversation.ended.value &&
        html`<${Actions} workspace=${workspace} conversation=${conversation} owner=${role === "owner"} />`
      }
      <${Notes} workspace=${workspace} conversation=${conversation} />
    </section>`;
}

function Actions({ workspace, conversation, owner }) {
  const open = (name) => () => workspace.open(name);
  if (!owner) return html`<p class="hint">${t("side.guest")}</p>`;
  return html`
    <div class="side-actions">
      <${Action} letter="T" onClick=${open("transfer")} hidden=${conversation.practice}>${t("transfer.open")}<//>
      <${Action} letter="I" onClick=${open("invite")} hidden=${conversation.practice}>${t("invite.open")}<//>
      ${conversation.guests.value.map(
        (guest) => html`
        <p key=${guest.id} class="side-guest"><span>
          ${t(guest.joined ? "invite.joined" : "invite.invited", { name: guest.name })}</span>
          <button type="button" class="button is-plain is-small"
            onClick=${() => workspace.withdraw(conversation, guest)}>${t("invite.withdraw")}</button></p>`,
      )}
      <${Action} letter="C" onClick=${open("close")}>${t("close.open")}<//>
      <button type="button" class="button is-plain is-small is-quiet-danger" onClick=${open("block")}
        hidden=${conversation.practice}>${t("block.open")}</button>
    </div>`;
}

function Action({ letter, onClick, hidden, children }) {
  return html`<button type="button" class="button side-action" onClick=${onClick} hidden=${hidden}
    aria-keyshortcuts=${`Alt+${letter}`}>${children} <${KeyHint} letter=${letter} /></button>`;
}
