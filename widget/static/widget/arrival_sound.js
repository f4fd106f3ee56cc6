/* Two soft notes when somebody has joined, or answers unseen, made without a file. A browser lets a page make sound
   only after a gesture, so asking, which is one, unlocks it. Only this page remembers, while it lives, whether it may
   sound. */

const NOTES_HZ = [660, 880];
const LOUD = 0.05;
let context = null;

export const arrivalSound = {
  on: true,
  /** Called during a click or a key press. */
  unlock() {
    try {
      context ??= new AudioContext();
      context.resume();
    } catch {
      // This browser has no sound: the title says it too.
    }
  },
  play() {
    if (!this.on || context?.state !== "running") return;
    NOTES_HZ.forEach((frequency, i) => {
      const at = context.currentTime + i * 0.18;
      const note = new OscillatorNode(context, { frequency });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.linearRampToValueAtTime(LOUD, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
      note.connect(gain).connect(context.destination);
      note.start(at);
      note.stop(at + 0.5);
    });
  },
};
