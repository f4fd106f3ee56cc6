// The board on a wall fits on the screen: it is as large as it can be without scrolling, and smaller when there is
// more to show. On a screen that is too narrow for a wall (a phone) it scrolls like any page.

const LARGEST = 2;
const SMALLEST = 0.55;
const STEP = 0.05;
const WALL = "(min-width: 60rem)";

/** The largest scale that fits, or the smallest there is. */
export function largestThatFits(fits) {
  for (let steps = Math.round(LARGEST / STEP); steps * STEP > SMALLEST; steps -= 1) {
    if (fits(Number((steps * STEP).toFixed(2)))) return Number((steps * STEP).toFixed(2));
  }
  return SMALLEST;
}

function fit(board) {
  const page = document.documentElement;
  board.style.removeProperty("--wall-scale");
  if (!globalThis.matchMedia(WALL).matches) return;
  const fits = (scale) => {
    board.style.setProperty("--wall-scale", scale);
    return page.scrollHeight <= page.clientHeight && page.scrollWidth <= page.clientWidth;
  };
  board.style.setProperty("--wall-scale", largestThatFits(fits));
}

const board = globalThis.document?.getElementById("board");
if (board) {
  const again = () => fit(board);
  board.addEventListener("shown", again);
  globalThis.addEventListener("resize", again);
  document.fonts.ready.then(again);
  again();
}
