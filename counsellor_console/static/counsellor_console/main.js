// Puts the console together: the words, the desk, the connection, and what listens to the person and the page.

import { html, render } from "../chat/vendor/preact.js";
import { Connection } from "../chat/connection.js";
import { watchActivity } from "./activity.js";
import { App } from "./app.js";
import { clock, startClock } from "./clock.js";
import { Desk } from "./desk.js";
import { afterOf, receive } from "./frames.js";
import { listen } from "./keyboard.js";
import { answers } from "./practice.js";
import { rememberPreferences } from "./preferences.js";
import { watchMessages, watchOffers } from "./ring.js";
import { unlock } from "./sound.js";
import { shareRinging } from "./tabs.js";
import { useWords } from "./words.js";

const { lang, socket, wordsFr, wordsNl, wordsEn } = document.body.dataset;
const sources = { fr: wordsFr, nl: wordsNl, en: wordsEn };
const spoken = lang in sources ? lang : "fr";
useWords(spoken, await (await fetch(sources[spoken])).json());

const desk = new Desk({ send: (frame) => answers(desk, frame) || connection.send(frame) });
const connection = new Connection({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${socket}`,
  hello: () => {
    const after = afterOf(desk);
    return { type: "hello", lang: spoken, ...(Object.keys(after).length ? { after } : {}) };
  },
  onFrame: (frame) => {
    clock.value = desk.now();
    receive(desk, frame, () => connection.sayHello());
  },
  onState: (state) => {
    if (state.name === "ended") desk.leave();
    desk.connection.value = state;
  },
});

const root = document.getElementById("console");
root.replaceChildren();
render(html`<${App} desk=${desk} />`, root);

// No timer ran while the laptop slept: nothing has noticed yet that the connection is gone.
startClock(() => desk.tick(), () => connection.reconnect());
watchOffers(desk);
watchMessages(desk);
rememberPreferences();
shareRinging();
watchActivity(() => connection.send({ type: "active" }));
for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, unlock, { capture: true });
listen({
  accept: () => desk.accept(),
  refuse: () => desk.refuse(),
  take: () => desk.take(),
  next: () => desk.selectNext(1),
  previous: () => desk.selectNext(-1),
  waiting: () => desk.selectWaiting(),
  write: () => desk.selected.value && desk.select(desk.selected.value),
  canned: () => document.dispatchEvent(new CustomEvent("console:canned")),
  note: () => desk.writeNote(),
  transfer: () => desk.open("transfer"),
  invite: () => desk.open("invite"),
  close: () => desk.open("close"),
  help: () => desk.open("help"),
});

// What is being written lives in this page only: leaving it by mistake is asked about.
addEventListener("beforeunload", (event) => {
  if (desk.active.value.some(({ unsaved, practice }) => unsaved && !practice)) event.preventDefault();
});

connection.open();
