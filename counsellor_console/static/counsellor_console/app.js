// The one screen: the header, the banners, the conversations and the queue, the open conversation and its side panel.

import { html, useEffect, useRef } from "../chat/vendor/preact.js";
import { Banners } from "./banners.js";
import { ConversationPanel } from "./conversation_panel.js";
import { BlockDialog } from "./dialog_block.js";
import { CloseDialog } from "./dialog_close.js";
import { HelpDialog } from "./dialog_help.js";
import { InviteDialog } from "./dialog_invite.js";
import { SetupDialog } from "./dialog_setup.js";
import { SignOutDialog } from "./dialog_sign_out.js";
import { TransferDialog } from "./dialog_transfer.js";
import { ConversationLists } from "./conversation_lists.js";
import { Header } from "./header.js";
import { SidePanel } from "./side_panel.js";
import { IdlePanel } from "./idle_panel.js";
import { t } from "../chat/words.js";

const DIALOGS = {
  help: HelpDialog,
  setup: SetupDialog,
  transfer: TransferDialog,
  invite: InviteDialog,
  close: CloseDialog,
  block: BlockDialog,
  "sign-out": SignOutDialog,
};

export function App({ workspace }) {
  if (workspace.connection.value.name === "unsealable") {
    return html`
      <main class="console-root">
        <div class="start" role="alert"><p class="lead">${t("connection.unsealable")}</p></div>
      </main>`;
  }
  if (workspace.connection.value.name === "ended") {
    return html`
      <main class="console-root">
        <div class="start" role="alert"><p class="lead">${t("connection.ended")}</p><p class="actions">
          <a class="button is-main" href="">${t("connection.again")}</a></p></div>
      </main>`;
  }
  if (!workspace.ready.value) {
    return html`<div class="console-root"><p class="console-loading" role="status">${t("loading")}</p></div>`;
  }
  return html`<${Screen} workspace=${workspace} />`;
}

function Screen({ workspace }) {
  const conversation = workspace.selection.current.value;
  const ended = conversation?.ended.value;
  const middle = useRef(null);
  const shown = useRef(false);
  useEffect(() => {
    // The focused field was removed with its conversation: continue from the middle, not from the top of the page.
    if (shown.current && document.activeElement === document.body) middle.current.focus({ preventScroll: true });
    shown.current = true;
  }, [conversation, ended]);
  const Dialog = DIALOGS[workspace.dialog.value];
  return html`
    <div class="console" data-view=${conversation ? workspace.selection.view.value : "list"}>
      <a class="skip-link" href="#conversation">${t("skip")}</a>
      <${Header} workspace=${workspace} />
      <${Banners} workspace=${workspace} />
      <main class="console-body">
        <${ConversationLists} workspace=${workspace} />
        <section class="console-main" id="conversation" ref=${middle} tabindex="-1" aria-label=${t("middle.label")}>
          ${
            conversation
              ? html`<${ConversationPanel} key=${conversation.id} workspace=${workspace}
            conversation=${conversation} />`
              : html`<${IdlePanel} workspace=${workspace} />`
          }
        </section>
        ${
          conversation &&
          html`<${SidePanel} key=${conversation.id} workspace=${workspace} conversation=${conversation} />`
        }
      </main>
      <${Spoken} workspace=${workspace} />
      ${Dialog && html`<${Dialog} workspace=${workspace} conversation=${conversation} />`}
    </div>`;
}

/** A new element each time, so that the same words twice are read out twice. */
function Spoken({ workspace }) {
  const { text, at } = workspace.spoken.value;
  return html`<p class="visually-hidden" role="status"><span key=${at}>${text}</span></p>`;
}
