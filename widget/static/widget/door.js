/* Whether somebody who asks now would be taken, as far as this page knows. */

const LOOK_AGAIN_MS = 60_000;
const SPREAD_MS = 20_000;

/** "open", "full" or "closed": the answer to the last request, else the state of the site. */
export const doorOf = ({ problem, welcome }) =>
  ({ closed_now: "closed", full: "full" })[problem.value] ?? welcome.value.state;

/** Where nobody is free, one may ask all the same. */
export const mayAsk = (session) => doorOf(session) === "open" || (doorOf(session) === "full" && session.anyway.value);

/** Closed until a moment, or full for a while: asks again then, so that the page shows a better state by itself. */
export function lookAgainLater(session) {
  const { world } = session;
  world.clearTimeout(session.lookTimer);
  const { fresh_s: fresh } = session.welcome.value;
  const door = doorOf(session);
  const wait = door === "full" ? LOOK_AGAIN_MS : door === "closed" && fresh ? fresh * 1000 : null;
  if (wait === null) return;
  session.lookTimer = world.setTimeout(
    () => session.phase.value === "before" && session.changeLanguage(session.lang.value),
    Math.max(wait, 1000) + world.random() * SPREAD_MS,
  );
}
