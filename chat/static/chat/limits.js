/* What both sides must agree on. */

/** What `hello` says that this page speaks: from 2 on, pages seal what is said. */
export const PROTOCOL = 2;

/** Until `welcome` brings the server's. */
export const DEFAULT_LIMITS = {
  body: 4000,
  frame: 24_576,
  code: 50,
  rating_max: 5,
  ping_s: 20,
  silence_s: 45,
  active_every_s: 30,
  absent_after_s: 120,
  typing_every_s: 3,
  typing_shown_s: 7,
  timebox_min: 45,
};
