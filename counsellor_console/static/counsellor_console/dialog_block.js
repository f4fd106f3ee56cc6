// Ending and blocking an abusive visitor: a reason code, nothing else is kept (privacy: at most 24 hours, no address).

import { html, useState } from "../chat/vendor/preact.js";
import { Choices, Dialog } from "./dialog.js";
import { t } from "./words.js";

export function BlockDialog({ desk, conversation }) {
  const [reason, setReason] = useState("");
  const reasons = desk.codes.value.block_reasons.map(({ code, label }) => ({ value: code, label }));

  const block = (event) => {
    event.preventDefault();
    if (reason && desk.block(conversation, reason)) desk.dialog.value = null;
  };
  return html`
    <${Dialog} desk=${desk} title=${t("block.title")}>
      <form class="dialog-form" onSubmit=${block}>
        <p>${t("block.text")}</p>
        <${Choices} name="reason" legend=${t("block.reason")} options=${reasons} value=${reason} onChange=${setReason} focusFirst />
        <div class="actions"><button type="submit" class="button is-danger" aria-disabled=${!reason}>${t("block.do")}</button></div>
      </form>
    <//>`;
}
