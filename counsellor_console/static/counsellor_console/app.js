// The one screen: who I am and whether I am there; who calls; my conversations and the queue; the open one; its side.

import { html, useEffect, useRef } from "../chat/vendor/preact.js";
import { Banners } from "./banners.js";
import { Chat } from "./chat.js";
import { BlockDialog } from "./dialog_block.js";
import { CloseDialog } from "./dialog_close.js";
import { HelpDialog } from "./dialog_help.js";
import { InviteDialog } from "./dialog_invite.js";
import { SetupDialog } from "./dialog_setup.js";
import { TransferDialog } from "./dialog_transfer.js";
import { Lists } from "./lists.js";
import { Masthead } from "./masthead.js";
import { Side } from "./side.js";
import { Start } from "./start.js";
import { t } from "./words.js";

const DIALOGS = {
  help: HelpDialog, setup: SetupDialog, transfer: TransferDialog, invite: InviteDialog, close: CloseDialog, block: BlockDialog,
};

export function App({ desk }) {
  if (desk.connection.value.name === "ended") {
    return html`
      <main class="console-root">
        <div class="start" role="alert"><p class="lead">${t("connection.ended")}</p><p class="actions"><a class="button is-main" href="">${t("connection.again")}</a></p></div>
      </main>`;
  }
  if (!desk.ready.value) {
    return html`<div class="console-root"><p class="console-loading" role="status">${t("loading")}</p></div>`;
  }
  return html`<${Screen} desk=${desk} />`;
}

function Screen({ desk }) {
  const conversation = desk.current.value;
  const ended = conversation?.ended.value;
  const middle = useRef(null);
  const shown = useRef(false);
  useEffect(() => {
    // The field that had the focus went away with its conversation: go on from the middle, not from the top of the page.
    if (shown.current && document.activeElement === document.body) middle.current.focus({ preventScroll: true });
    shown.current = true;
  }, [conversation, ended]);
  const Dialog = DIALOGS[desk.dialog.value];
  return html`
    <div class="console" data-view=${conversation ? desk.view.value : "list"}>
      <a class="skip-link" href="#conversation">${t("skip")}</a>
      <${Masthead} desk=${desk} />
      <${Banners} desk=${desk} />
      <main class="console-body">
        <${Lists} desk=${desk} />
        <section class="console-main" id="conversation" ref=${middle} tabindex="-1" aria-label=${t("middle.label")}>
          ${conversation ? html`<${Chat} key=${conversation.id} desk=${desk} conversation=${conversation} />` : html`<${Start} desk=${desk} />`}
        </section>
        ${conversation && html`<${Side} key=${conversation.id} desk=${desk} conversation=${conversation} />`}
      </main>
      <${Spoken} desk=${desk} />
      ${Dialog && html`<${Dialog} desk=${desk} conversation=${conversation} />`}
    </div>`;
}

/** A new element each time: the same words twice are read out twice. */
function Spoken({ desk }) {
  const { text, at } = desk.spoken.value;
  return html`<p class="visually-hidden" role="status"><span key=${at}>${text}</span></p>`;
}
