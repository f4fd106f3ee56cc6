/* The messages of one conversation in their order, (epoch, seq), whatever order they arrive in.

   const thread = new Thread();
   const { added, hole } = thread.receive(message);   // hole: an earlier one is missing: say hello again
   thread.messages                                    // sorted; a new array whenever it changes
   hello: { after: thread.after, epoch: thread.epoch }

   An epoch begins when the server lost its memory. What was received before stays readable here. */

/** Messages of one author that follow each other as quickly as this are drawn as one group. */
export const GROUPED_WITHIN_MS = 3 * 60_000;

export class Thread {
  messages = [];
  epoch = 1;
  /** Everything up to this seq of this epoch has been received. */
  after = 0;
  #seen = new Set();
  #highest = 0;

  get hole() {
    return this.#highest > this.after;
  }

  /** The server said which epoch it is in (`waiting`, `opened`, `resumed`). Going back is never right. */
  enter(epoch) {
    if (epoch <= this.epoch) return;
    this.epoch = epoch;
    this.after = this.#highest = 0;
  }

  receive(message) {
    const { epoch, seq, author, number, client_id: clientId } = message;
    this.enter(epoch);
    const place = `${epoch}:${seq}`;
    const identity = clientId && `${author} ${number ?? 0} ${clientId}`;
    const added = !this.#seen.has(place) && !this.#seen.has(identity);
    this.#seen.add(place);
    if (identity) this.#seen.add(identity);
    if (epoch === this.epoch) {
      this.#highest = Math.max(this.#highest, seq);
      while (this.#seen.has(`${epoch}:${this.after + 1}`)) this.after += 1;
    }
    if (added) this.messages = [...this.messages, message].sort((a, b) => a.epoch - b.epoch || a.seq - b.seq);
    return { added, hole: this.hole };
  }

  /** The same message, which can be read now. */
  replace(message) {
    const isSame = (one) => one.epoch === message.epoch && one.seq === message.seq;
    this.messages = this.messages.map((one) => (isSame(one) ? message : one));
  }
}
