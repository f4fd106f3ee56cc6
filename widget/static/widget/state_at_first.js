/* The state of a visitor's session, which begins anew with each token: one signal for each. `present`: the aliases of
   the counsellors who take part; `lost`: of those whose connection is lost; `typist`: of who wrote last;
   `closing`: less than so many seconds are left, of an idle chat or, for who waits, until the service closes
   early; `anyway`: asks although nobody is free; `problem`: why the last request was refused; `marks`: lines
   between messages; `missing`: what seals cannot be loaded. */

export const AT_FIRST = {
  phase: "loading",
  missing: false,
  position: null,
  estimate: null,
  present: [],
  lost: [],
  counsellorTyping: false,
  typist: null,
  counsellorSaw: 0,
  proving: false,
  anyway: false,
  closing: null,
  ended: null,
  thanked: false,
  problem: null,
  marks: [],
};
