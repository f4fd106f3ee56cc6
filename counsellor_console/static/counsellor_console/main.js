// Puts the console together: the words, the workspace, the connection, and the listeners to keys and page events.

import { html, options, render } from "../chat/vendor/preact.js";
import { Connection } from "../chat/connection.js";
import { FrameOrder } from "../chat/frame_order.js";
import { PROTOCOL } from "../chat/limits.js";
import { canSeal } from "../chat/sealed.js";
import { drawTextsAsElements } from "../chat/text_elements.js";
import { watchActivity } from "./activity.js";
import { App } from "./app.js";
import { clock, startClock } from "./clock.js";
import { hasText } from "./lost_conversations.js";
import { Workspace } from "./workspace.js";
import { afterOf, receive } from "./frame_handlers.js";
import { onShortcut } from "./keyboard_shortcuts.js";
import { answerPractice } from "./practice_conversation.js";
import { rememberPreferences } from "./preferences.js";
import { prepareNotifications } from "./notifications.js";
import { watchMessages, watchOffers } from "./offer_alerts.js";
import { openKeyStore } from "./key_store.js";
import { keepScreenAwake } from "./screen_awake.js";
import { Sealing } from "./sealing.js";
import { unlock } from "./sound.js";
import { electRingingTab } from "./tab_election.js";
import { useWords } from "../chat/words.js";

const { lang, socket, notificationWorker, wordsFr, wordsNl, wordsEn } = document.body.dataset;
const sources = { fr: wordsFr, nl: wordsNl, en: wordsEn };
const spoken = lang in sources ? lang : "fr";
useWords(spoken, await (await fetch(sources[spoken])).json());

const workspace = new Workspace({
  send: (frame) => answerPractice(workspace, frame) || sealing.send(frame),
  sayHello: () => connection.sayHello(),
});
const show = (frame) => {
  clock.value = workspace.now();
  receive(workspace, frame);
};
const frames = new FrameOrder({ open: (frame) => sealing.opened(frame), deliver: show });
const connection = new Connection({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${socket}`,
  hello: () => {
    const after = afterOf(workspace);
    const known = Object.keys(after).length ? { after } : {};
    return { type: "hello", protocol: PROTOCOL, lang: spoken, keys: sealing.names, ...known };
  },
  onFrame: (frame) => {
    sealing.heard(frame);
    frames.receive(frame);
  },
  onState: (state) => {
    if (state.name === "ended") {
      workspace.leave();
      sealing.leave();
    }
    if (state.name === "connecting") sealing.connected();
    workspace.connection.value = state;
  },
});
const sealing = new Sealing({
  send: (frame) => connection.send(frame),
  isOpen: () => connection.state === "open",
  deliver: show,
  store: await openKeyStore(),
});

const root = document.getElementById("console");
drawTextsAsElements(options);
root.replaceChildren();
if (canSeal()) await sealing.load();
else workspace.connection.value = { name: "unsealable" };
render(html`<${App} workspace=${workspace} />`, root);

// No timer ran while the laptop slept: nothing has noticed yet that the connection is lost.
startClock(
  () => {
    workspace.tick();
    sealing.tick();
  },
  () => connection.reconnect(),
);
watchOffers(workspace);
watchMessages(workspace);
prepareNotifications(notificationWorker);
keepScreenAwake(workspace);
rememberPreferences();
electRingingTab();
watchActivity(
  () => connection.send({ type: "active" }),
  () => workspace.limits.value.active_every_s * 1000,
);
for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, unlock, { capture: true });
onShortcut({
  accept: () => workspace.accept(),
  refuse: () => workspace.refuse(),
  take: () => workspace.take(),
  next: () => workspace.selection.selectNext(1),
  previous: () => workspace.selection.selectNext(-1),
  waiting: () => workspace.selection.selectWaiting(),
  write: () => workspace.selection.selected.value && workspace.selection.select(workspace.selection.selected.value),
  canned: () => document.dispatchEvent(new CustomEvent("console:canned")),
  note: () => workspace.selection.writeNote(),
  transfer: () => workspace.open("transfer"),
  invite: () => workspace.open("invite"),
  close: () => workspace.open("close"),
  help: () => workspace.open("help"),
});

// Drafts live in this page only: the browser asks before it is left.
addEventListener("beforeunload", (event) => {
  const unsaved = workspace.active.value.some((conversation) => conversation.unsaved && !conversation.practice);
  if (unsaved || workspace.lost.shown.value.some(hasText)) event.preventDefault();
});

if (canSeal()) connection.open();
