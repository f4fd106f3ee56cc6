// A conversation to practise with. The robot lives in this page: nothing of it is sent anywhere or counted.

import { t } from "../chat/words.js";

export const PRACTICE = "practice";
const ANSWERS = 3;
const ANSWER_MS = 1_800;

export function startPractice(workspace) {
  const open = workspace.conversations.value.find(({ id }) => id === PRACTICE);
  if (open) return workspace.selection.select(PRACTICE);
  const conversation = workspace.add(PRACTICE, (added) => {
    added.practice = { seq: 0, answers: 0 };
    added.update({
      epoch: 1,
      theme: workspace.codes.value.themes[0]?.code ?? "",
      language: document.documentElement.lang,
      audience: "public",
      role: "owner",
      waited_s: 0,
      visitor: "present",
      accepted_at: new Date(workspace.now()).toISOString(),
      messages: [],
    });
    added.addLine(t("practice.intro"), workspace.now());
  });
  workspace.selection.select(PRACTICE);
  setTimeout(() => speak(workspace, conversation, t("practice.1")), ANSWER_MS);
}

/** Acts as the server for a frame about the practice conversation; returns whether it was one. */
export function answerPractice(workspace, frame) {
  if (frame.conversation !== PRACTICE) return false;
  const conversation = workspace.conversations.value.find(({ id }) => id === PRACTICE);
  if (frame.type === "say") hear(workspace, conversation, frame);
  if (frame.type === "note") {
    conversation.addNote({
      note_seq: conversation.notes.value.length + 1,
      client_id: frame.client_id,
      author_name: workspace.me.value.name,
      body: frame.body,
      at: new Date(workspace.now()).toISOString(),
    });
  }
  if (frame.type === "close") queueMicrotask(() => workspace.remove(PRACTICE));
  return true;
}

function hear(workspace, conversation, frame) {
  const { practice } = conversation;
  const echo = message(workspace, conversation, "counsellor", frame.body, frame.client_id);
  queueMicrotask(() => conversation.receive(echo));
  if (practice.answers >= ANSWERS) return;
  practice.answers += 1;
  const said = practice.answers;
  setTimeout(() => {
    conversation.visitorSaw.value = echo.seq;
    conversation.visitorTyping.value = said < ANSWERS;
  }, ANSWER_MS / 2);
  if (said < ANSWERS) setTimeout(() => speak(workspace, conversation, t(`practice.${said + 1}`)), ANSWER_MS * 2);
  else setTimeout(() => conversation.addLine(t("practice.end"), workspace.now()), ANSWER_MS);
}

function speak(workspace, conversation, body) {
  conversation.receive(message(workspace, conversation, "visitor", body, null));
}

function message(workspace, conversation, author, body, clientId) {
  conversation.practice.seq += 1;
  return {
    epoch: 1,
    seq: conversation.practice.seq,
    author,
    alias: null,
    client_id: clientId,
    body,
    at: new Date(workspace.now()).toISOString(),
  };
}
