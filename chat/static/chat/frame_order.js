/* Frames one after the other, in the order in which they came, though opening one may take a moment. */

export class FrameOrder {
  #open;
  #deliver;
  /** Settles when the last frame so far has been delivered; null: none is being opened. */
  last = null;

  /** `open(frame)`: what is delivered in its place, or a promise of it. */
  constructor({ open = (frame) => frame, deliver }) {
    this.#open = open;
    this.#deliver = deliver;
  }

  /** Delivers at once what need not be opened, when nothing before it has to. */
  receive(frame) {
    if (this.last) return this.#after(this.last.then(() => this.#open(frame)));
    const opened = this.#open(frame);
    if (opened instanceof Promise) this.#after(opened);
    else this.#deliver(opened);
  }

  #after(opened) {
    const turn = opened
      .then((frame) => {
        if (this.last === turn) this.last = null;
        this.#deliver(frame);
      })
      // One that fails does not hold up the others.
      .catch((fault) => {
        if (this.last === turn) this.last = null;
        queueMicrotask(() => {
          throw fault;
        });
      });
    this.last = turn;
  }
}
