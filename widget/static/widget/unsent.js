/* What is typed and not sent, for a reload. Browsers write every storage to the disk of the computer, and what is
   deleted stays there for a while: so only ciphertext gets there (AES-256-GCM), and its key is never stored. The
   server gives it to the holder of the token while the conversation lasts, and has it no more afterwards. Without a
   key, or where a browser has no cryptography (no https), nothing is kept. */

const NONCE_BYTES = 12;

export class Unsent {
  #subtle;
  #text = null;
  #key = null;
  #written = 0;
  #last = "";
  /** What is in the store: base64, or null. */
  sealed;

  /** `sealed`: from before a reload. */
  constructor(sealed = null, subtle = globalThis.crypto?.subtle) {
    this.sealed = sealed;
    this.#subtle = subtle;
  }

  /** The server's key has come. Resolves to what was kept before the reload, once; else to null. */
  async unlock(text) {
    if (!this.#subtle || !text || this.#text === text) return null;
    this.#text = text;
    const key = await this.#subtle.importKey("raw", bytes(text), "AES-GCM", false, ["encrypt", "decrypt"]);
    const kept = this.sealed && (await this.#open(key));
    this.#key = key;
    return kept || null;
  }

  /** Seals it instead of what was kept. Resolves to whether `sealed` has changed: not while there is no key, nor when
      something newer is being sealed. */
  async keep(unsent) {
    const text = JSON.stringify(unsent);
    if (!this.#key || text === this.#last) return false;
    this.#last = text;
    const turn = ++this.#written;
    const sealed = isNothing(unsent) ? null : await this.#seal(text);
    if (turn !== this.#written) return false;
    this.sealed = sealed;
    return true;
  }

  async #seal(text) {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const plain = new TextEncoder().encode(text);
    const sealed = new Uint8Array(await this.#subtle.encrypt({ name: "AES-GCM", iv: nonce }, this.#key, plain));
    return btoa(String.fromCharCode(...nonce) + Array.from(sealed, (one) => String.fromCharCode(one)).join(""));
  }

  async #open(key) {
    try {
      const all = bytes(this.sealed);
      const nonce = all.subarray(0, NONCE_BYTES);
      const plain = await this.#subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, all.subarray(NONCE_BYTES));
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      // Of another conversation, or changed by somebody.
      return null;
    }
  }
}

const isNothing = ({ draft, outbox }) => !draft && !outbox.length;

function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (one) => one.charCodeAt(0));
}
