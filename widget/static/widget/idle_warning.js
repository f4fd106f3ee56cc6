/* How long a conversation in which nobody writes still lasts: by the clock, so that it is true after a sleep, too. */

const LOOK_MS = 1000;
/** What is said below a minute: a screen reader reads each. */
const STEPS_S = [10, 30];

/** `endsAt`: ms. Less than so many seconds are left, as long as nothing else takes the warning back. */
export function countDown(session, endsAt) {
  const { world } = session;
  const look = () => {
    const left = (endsAt - world.now()) / 1000;
    const closing = STEPS_S.find((step) => left <= step) ?? Math.ceil(left / 60) * 60;
    if (closing !== session.closing.value) session.set({ closing });
    session.idleTimer = world.setTimeout(() => session.closing.value && look(), LOOK_MS);
  };
  world.clearTimeout(session.idleTimer);
  look();
}
