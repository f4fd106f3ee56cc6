/* Proof of work, as ALTCHA's `SHA-256` defines it: finds the counter that, after salt and nonce, gives a digest which
   begins as the challenge says. It is a file of its own, fetched only when the server asks for a proof: as a worker
      where the browser allows one, else by the page itself, which pauses now and then. */

const PACE = 5000;

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;
const FIRST = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const w = new Int32Array(64);
const turned = (word, by) => (word >>> by) | (word << (32 - by));

/** SHA-256 of what fits one block: `words` (big-endian, at most thirteen), into `into` (eight words). */
function digest(words, into) {
  const { length } = words;
  w.fill(0);
  w.set(words);
  w[length] = 0x80000000;
  w[15] = length * 32;
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15],
      b = w[i - 2];
    w[i] =
      w[i - 16] + w[i - 7] + (turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)) + (turned(b, 17) ^ turned(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = FIRST;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  into[0] = FIRST[0] + a;
  into[1] = FIRST[1] + b;
  into[2] = FIRST[2] + c;
  into[3] = FIRST[3] + d;
  into[4] = FIRST[4] + e;
  into[5] = FIRST[5] + f;
  into[6] = FIRST[6] + g;
  into[7] = FIRST[7] + h;
}

const words = (hex) => hex.match(/.{8}/g).map((eight) => parseInt(eight, 16) | 0);
const hex = (digested) => Array.from(digested, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

/** The proof to give with the request. `pause` is awaited now and then, where the work would block a page. */
export async function solve(challenge, pause) {
  const { salt, nonce, cost, keyLength, keyPrefix } = challenge.parameters;
  const start = [...words(salt), ...words(nonce)];
  const text = Int32Array.from([...start, 0]);
  const head = parseInt(keyPrefix.slice(0, 2), 16);
  const found = new Int32Array(8);
  for (let counter = 0; ; counter++) {
    text[start.length] = counter;
    digest(text, found);
    for (let i = 1; i < cost; i++) digest(found, found);
    // Most words are zero, and hardly any is worth writing out.
    const derivedKey = found[0] >>> 24 === head && hex(found).slice(0, keyLength * 2);
    if (derivedKey && derivedKey.startsWith(keyPrefix))
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
    if (pause && counter % PACE === 0) await pause();
  }
}

if (globalThis.WorkerGlobalScope) globalThis.onmessage = async ({ data }) => postMessage(await solve(data));
