// Inviting a colleague: they see the transcript and write too; the conversation keeps its owner.

import { html, useState } from "../chat/vendor/preact.js";
import { Choices, Dialog, Missing } from "./dialog.js";
import { colleagueOptions } from "./labels.js";
import { t } from "../chat/words.js";

export function InviteDialog({ workspace, conversation }) {
  const [who, setWho] = useState("");
  const [missing, setMissing] = useState(false);
  const ready = workspace.colleagues.value.filter(
    ({ id, state }) => state === "available" && id !== workspace.me.value.id,
  );
  const { pools } = workspace.codes.value;

  const invite = (event) => {
    event.preventDefault();
    const colleague = ready.find(({ id }) => String(id) === who);
    if (!colleague) return setMissing(true);
    if (workspace.invite(conversation, colleague)) workspace.dialog.value = null;
  };
  return html`
    <${Dialog} workspace=${workspace} title=${t("invite.title")}>
      <form class="dialog-form" onSubmit=${invite}>
        <p class="hint">${t("invite.hint")}</p>
        ${
          ready.length === 0
            ? html`<p class="empty">${t("invite.nobody")}</p>`
            : html`
            <div class="dialog-scroll" tabindex="0" role="group" aria-label=${t("invite.who")}>
              <${Choices} name="who" legend=${t("invite.who")} value=${who} onChange=${(id) => {
                setWho(id);
                setMissing(false);
              }} options=${colleagueOptions(ready, pools)} />
            </div>
            <${Missing} when=${missing}>${t("invite.missing")}<//>
            <div class="actions"><button type="submit" class="button is-main">${t("invite.do")}</button></div>`
        }
      </form>
    <//>`;
}
