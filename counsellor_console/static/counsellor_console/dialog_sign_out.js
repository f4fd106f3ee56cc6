// Signing out while people are being talked with: asked, with what follows.

import { html } from "../chat/vendor/preact.js";
import { Dialog } from "./dialog.js";
import { hasText } from "./lost_conversations.js";
import { t } from "../chat/words.js";

/** Signs out at once where nobody would lose their counsellor, nor the counsellor their words. */
export function signOut(workspace) {
  if (mine(workspace).length || workspace.lost.shown.value.some(hasText)) workspace.open("sign-out");
  else leave(workspace);
}

export function SignOutDialog({ workspace }) {
  const open = mine(workspace);
  const unsent = open.some(({ unsaved }) => unsaved) || workspace.lost.shown.value.some(hasText);
  return html`
    <${Dialog} workspace=${workspace} title=${t("sign-out.title")}>
      ${open.length > 0 && html`<p>${t("sign-out.open", { n: open.length })}</p>`}
      ${unsent && html`<p>${t("sign-out.unsent")}</p>`}
      <div class="actions">
        <button type="button" class="button" onClick=${() => {
          workspace.dialog.value = null;
        }}>${t("sign-out.stay")}</button>
        <button type="button" class="button is-danger" onClick=${() => leave(workspace)}>${t("sign-out.do")}</button>
      </div>
    <//>`;
}

const mine = (workspace) => workspace.active.value.filter(({ practice }) => !practice);

function leave(workspace) {
  // It was asked already: the browser need not ask again about what is not sent.
  workspace.leave();
  document.getElementById("sign-out").requestSubmit();
}
