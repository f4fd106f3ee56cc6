// What the page does when the server refuses something that it sent.

import { has, t } from "../chat/words.js";

const NOT_YET = ["too_fast", "try_again"];

export function refused(workspace, frame) {
  const wait = 1000 * (frame.retry_after_s ?? 2);
  const asked = workspace.conversations.value.find(({ id, opening }) => id === frame.conversation && opening.value);
  if (asked && NOT_YET.includes(frame.code)) return void setTimeout(() => workspace.askAgain(asked), wait);
  if (asked) return cameToNothing(workspace, asked);
  if (
    !NOT_YET.includes(frame.code) &&
    workspace.offers.value.some(({ conversation: id, answer }) => id === frame.conversation && answer)
  ) {
    // The refused offer is gone already, as was wanted.
    return void workspace.forgetOffer(frame.conversation);
  }
  if (frame.code === "bad_frame" && !frame.conversation) {
    // The server could not even read which frame it refuses: each under way may be it, and the later ones go on.
    for (const each of workspace.active.value) {
      each.underWayRefused(frame.code);
      workspace.flush(each);
    }
  }
  const conversation = openedHere(workspace, frame);
  const note = conversation?.noteRefused(frame.client_id);
  if (!note && conversation?.isMine(frame.client_id)) {
    if (!NOT_YET.includes(frame.code)) {
      conversation.refused(frame.client_id, frame.code);
      return workspace.flush(conversation);
    }
    conversation.postpone(frame.client_id);
    return void setTimeout(() => workspace.flush(conversation), wait);
  }
  if (conversation) conversation.leaving = false;
  if (frame.code === "try_again" && !note) {
    // The server does not say which frame it could not serve: everything under way is sent again.
    setTimeout(
      () =>
        workspace.active.value.forEach((one) => {
          one.outbox.rewind();
          workspace.flush(one);
        }),
      wait,
    );
  }
  if (frame.code === "not_found" && !frame.client_id && isOver(workspace, frame.conversation)) return;
  workspace.answered(frame.conversation, null);
  if (!frame.conversation) workspace.asked.value = null;
  workspace.notify(explain("error", frame.code), "warning");
}

/** A conversation that the server has opened here; for any other, the snapshot that opens it will hold the news. */
export function openedHere(workspace, frame) {
  return workspace.conversations.value.find(({ id, opening }) => id === frame.conversation && !opening.value);
}

/** The page showed already that this one ended or was released: a refusal of what was under way then is no news. */
function isOver(workspace, conversation) {
  const known = workspace.conversations.value.find(({ id }) => id === conversation);
  return !!conversation && (!known || !!known.ended.value);
}

/** A requested conversation was not to be had: show the one before, but do not focus its field: what is being typed was
    meant for the other. */
export function cameToNothing(workspace, conversation, reason) {
  workspace.forgetOffer(conversation.id);
  workspace.notify(explain("gone", reason));
  const shown = workspace.selection.selected.value === conversation.id;
  if (conversation.unsaved) workspace.lose(conversation, "never");
  else workspace.remove(conversation.id);
  const { askedFrom } = conversation;
  if (shown && workspace.conversations.value.some(({ id }) => id === askedFrom))
    workspace.selection.select(askedFrom, { focus: false });
}

/** "gone.expired" where there are words for that reason, else "gone.unknown". */
export function explain(what, code, values) {
  return t(has(`${what}.${code}`) ? `${what}.${code}` : `${what}.unknown`, values);
}
