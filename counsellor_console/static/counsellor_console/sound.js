// Two short sounds, made here. A browser lets a page make sound only after a click or a key: unlock() is called on
// each.

import { signal } from "../chat/vendor/preact.js";

let context = null;

/** "locked" until the first gesture, then "ready"; "none" where the browser has no sound. */
export const soundState = signal(globalThis.AudioContext ? "locked" : "none");

export function unlock() {
  if (soundState.value !== "locked") return;
  if (!context) {
    context = new AudioContext();
    // Some browsers lock it again when a laptop sleeps or a call arrives.
    context.onstatechange = hear;
  }
  context.resume().then(hear, () => {});
}

function hear() {
  soundState.value = context.state === "running" ? "ready" : "locked";
}

/** Somebody is waiting: two rising notes. */
export function chime() {
  note(587.3, 0, 0.35, 0.22);
  note(880, 0.16, 0.5, 0.22);
}

/** A message in a conversation that is not on the screen: one low, short note. */
export function tap() {
  note(440, 0, 0.16, 0.1);
}

function note(frequency, after, length, loudness) {
  if (soundState.value !== "ready") return;
  const start = context.currentTime + after;
  const tone = new OscillatorNode(context, { type: "sine", frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + length);
}
