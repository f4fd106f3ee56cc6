// Is this computer ready for an afternoon? Connection, sound, notifications, and a conversation to practise with.

import { html, useState } from "../chat/vendor/preact.js";
import { able } from "./notifications.js";
import { startPractice } from "./practice_conversation.js";
import { prefer, preferences } from "./preferences.js";
import { screenState } from "./screen_awake.js";
import { chime, soundState, unlock } from "./sound.js";
import { t } from "../chat/words.js";

export function SetupChecklist({ workspace }) {
  return html`
    <ul class="readiness">
      <${Check} name="connection" good=${workspace.online.value}
        words=${t(workspace.online.value ? "setup.connection.good" : "setup.connection.bad")} />
      <${Sound} />
      <${Notifications} />
      <${Check} name="screen" good=${screenState() !== "dark"} words=${t(`setup.screen.${screenState()}`)} />
      <li class="check">
        <span class="check-mark" aria-hidden="true"></span>
        <span class="check-words"><strong>${t("setup.practice")}</strong> <span>${t("setup.practice.text")}</span>
          </span>
        <button type="button" class="button is-small" onClick=${() => {
          workspace.dialog.value = null;
          startPractice(workspace);
        }}>${t("setup.practice.do")}</button>
      </li>
    </ul>`;
}

/** `failed`: it will not work on this device, whatever one does here. */
function Check({ name, good, failed = false, words, children }) {
  const mark = failed ? "✗" : "!";
  return html`
    <li class="check">
      <span class="check-mark ${good ? "is-good" : "is-open"}" aria-hidden="true">${good ? "✓" : mark}</span>
      <span class="check-words"><strong>${t(`setup.${name}`)}</strong> <span>${words}</span></span>
      ${children}
    </li>`;
}

function Sound() {
  const on = preferences.value.sound;
  const state = on ? soundState.value : "off";
  const play = () => {
    prefer({ sound: true });
    unlock();
    // The browser answers a moment after the first gesture.
    setTimeout(chime, 80);
  };
  return html`
    <${Check} name="sound" good=${state === "ready"} failed=${state === "none"}
      words=${t(`setup.sound.${state}`)}>
      <button type="button" class="button is-small" onClick=${play}>${t("setup.sound.try")}</button>
      ${
        on &&
        html`<button type="button" class="button is-plain is-small" onClick=${() => prefer({ sound: false })}>
        ${t("setup.sound.off.do")}</button>`
      }
    <//>`;
}

function Notifications() {
  const [permission, setPermission] = useState(globalThis.Notification?.permission ?? "none");
  const on = preferences.value.notifications;
  const state = !able.value ? "none" : permission === "granted" && !on ? "off" : permission;
  const allow = async () => {
    prefer({ notifications: true });
    setPermission(await Notification.requestPermission());
  };
  return html`
    <${Check} name="notifications" good=${state === "granted"}
      failed=${state === "none" || state === "denied"} words=${t(`setup.notifications.${state}`)}>
      ${
        (state === "default" || state === "off") &&
        html`<button type="button" class="button is-small" onClick=${allow}>${t("setup.notifications.allow")}</button>`
      }
      ${
        state === "granted" &&
        html`<button type="button" class="button is-plain is-small" onClick=${() => prefer({ notifications: false })}>
          ${t("setup.notifications.off.do")}</button>`
      }
    <//>`;
}
