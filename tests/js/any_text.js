/* Random values for tests of properties: texts of any code points, names, numbers. A property holds whatever comes;
   when one does not, `dice.seed` is in what the test says, and SEED=… plays it again. */

/** Of each kind of sign that a text may hold: [from, to]. */
const RANGES = [
  [0x20, 0x7e],
  [0, 0xff],
  [0x300, 0x36f], // combining marks
  [0x400, 0x6ff],
  [0x1f1e6, 0x1f1ff],
  [0x200b, 0x200f], // joiners, marks of direction
  [0x3400, 0x9fff],
  [0xd800, 0xdbff], // first halves of pairs of UTF-16
  [0xdc00, 0xdfff], // second halves
  [0xfe00, 0xffff],
  [0x1f300, 0x1faff],
  [0, 0x10ffff],
];
/** What nobody can see, said again here: not as the module finds it. */
const UNSEEN = [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x7f, 0x85, 0xa0, 0xad, 0x034f, 0x061c, 0x1160, 0x1680, 0x2000, 0x200b];
UNSEEN.push(0x200d, 0x200e, 0x2028, 0x202e, 0x2060, 0x2066, 0x2800, 0x3000, 0x3164, 0xfe0f, 0xfeff, 0xe0020, 0xe01ef);
const VISIBLE = ["x", "é", "漢", "🙂", "ش", "\ud83d", "\udc00"];

export class Dice {
  constructor(seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))) {
    this.seed = this.state = seed;
  }

  /** From 0, below `most`. */
  upTo(most) {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * most);
  }

  between = (least, most) => least + this.upTo(most - least + 1);
  one = (all) => all[this.upTo(all.length)];
  many = (count, make) => Array.from({ length: count }, make);

  /** Something of it can be seen; at most `longest` code points. */
  text(longest = 4000) {
    const most = this.one([1, 4, 70, 200, longest]);
    const ranges = this.many(this.between(1, RANGES.length), () => this.one(RANGES));
    const signs = this.many(this.between(0, Math.min(most, longest) - 1), () => {
      const [from, to] = this.one(ranges);
      return String.fromCodePoint(this.between(from, to));
    });
    signs.splice(this.upTo(signs.length + 1), 0, this.one(VISIBLE));
    // A mark of the byte order or a space at an end is a part of the text.
    if (signs.length < longest && this.upTo(2)) {
      const edge = String.fromCodePoint(this.one([0x20, 0xfeff, this.one(UNSEEN)]));
      signs.splice(this.one([0, signs.length]), 0, edge);
    }
    return signs.join("");
  }

  /** Nothing of it can be seen. */
  blank(longest = 4000) {
    const length = this.upTo(this.one([1, 5, 100, longest]) + 1);
    return this.many(length, () => String.fromCodePoint(this.one(UNSEEN))).join("");
  }

  /** As browsers name their messages: any ASCII that can be seen. */
  name = () => this.many(this.between(1, 40), () => String.fromCharCode(this.between(0x21, 0x7e))).join("");
  hex = (length) => this.many(length, () => this.upTo(16).toString(16)).join("");
  conversation = () => [8, 4, 4, 4, 12].map((length) => this.hex(length)).join("-");
  number = () => this.between(1, this.one([3, 12, 99]));
  generation = () => this.between(1, this.one([3, 20, 999_999]));

  /** `make()`, until it is another than each of `not`. */
  other(not, make) {
    for (;;) {
      const found = make();
      if (!not.includes(found)) return found;
    }
  }
}
