// Ending and blocking an abusive visitor: a reason code, nothing else is kept (privacy: at most 24 hours, no address).

import { html, useState } from "../chat/vendor/preact.js";
import { Choices, Dialog, Missing } from "./dialog.js";
import { t } from "../chat/words.js";

export function BlockDialog({ workspace, conversation }) {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const reasons = workspace.codes.value.block_reasons.map(({ code, label }) => ({ value: code, label }));

  const block = (event) => {
    event.preventDefault();
    if (!reason) return setMissing(true);
    if (workspace.block(conversation, reason)) workspace.dialog.value = null;
  };
  return html`
    <${Dialog} workspace=${workspace} title=${t("block.title")}>
      <form class="dialog-form" onSubmit=${block}>
        <p>${t("block.text")}</p>
        <${Choices} name="reason" legend=${t("block.reason")} options=${reasons} value=${reason} onChange=${(code) => {
          setReason(code);
          setMissing(false);
        }} />
        <${Missing} when=${missing}>${t("block.missing")}<//>
        <div class="actions"><button type="submit" class="button is-danger">${t("block.do")}</button></div>
      </form>
    <//>`;
}
