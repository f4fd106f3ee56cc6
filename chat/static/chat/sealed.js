/* What is said is sealed in one browser and opened in another; the server carries envelopes. Only WebCrypto:
   AES-256-GCM with random nonces, P-256 ECDH, HKDF-SHA-256. docs/sealed.md describes each format; tests/sealing.py is
   the Python twin, and tests/vectors/sealed.json what both must read and write alike.

   const keyring = new Keyring([[1, await generationKey(root, 1)]]);                    // the visitor's
   const envelope = await keyring.seal(text, { conversation, author, clientId, kind });
   await keyring.open(envelope, { conversation, author, clientId, kind });      // throws what it cannot open
   const pair = await newPair();                                  // { name, privateKey }
   const grant = await sealGrant(keyring, pair, { conversation, number, to });  // { key, generation, sealed }
   await openGrant(grant, pair, { conversation, number });        // the keyring */

import { messageBody } from "./message_body.js";

export const LONGEST_BODY = 4000;
export const BLOCK_BYTES = 64;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const GCM = "AES-GCM";
const CURVE = { name: "ECDH", namedCurve: "P-256" };
/** More have never left one conversation; a grant has room for so many. */
const MOST_GRANTED = 100;
/** As an envelope writes it. */
const HIGHEST_GENERATION = 999_999;
/** Above, no generation would be left for those who leave later. */
export const HIGHEST_ASKED = 900_000;
const ENVELOPE = /^1\.([1-9]\d{0,5})\.([\w-]+)$/;

const utf8 = new TextEncoder();
const subtle = () => globalThis.crypto.subtle;
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** A page without TLS, or a browser from before 2018, has no cryptography. */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

export function base64url(bytes) {
  let text = "";
  for (const one of bytes) text += String.fromCharCode(one);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws where it is not the one way to write these bytes. */
export function fromBase64url(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  if (base64url(bytes) !== text) throw new Error("not base64url");
  return bytes;
}

const aesKey = (bytes) => subtle().importKey("raw", bytes, GCM, false, ["encrypt", "decrypt"]);

async function derived(secret, info) {
  const key = await subtle().importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(info) };
  return subtle().deriveBits(how, key, 256);
}

const hkdf = async (secret, info) => aesKey(await derived(secret, info));

async function encrypt(key, plain, about) {
  const nonce = random(NONCE_BYTES);
  const how = { name: GCM, iv: nonce, additionalData: utf8.encode(about) };
  return base64url([...nonce, ...new Uint8Array(await subtle().encrypt(how, await key, plain))]);
}

async function decrypt(key, text, about) {
  const bytes = fromBase64url(text);
  const how = { name: GCM, iv: bytes.subarray(0, NONCE_BYTES), additionalData: utf8.encode(about) };
  return new Uint8Array(await subtle().decrypt(how, await key, bytes.subarray(NONCE_BYTES)));
}

/** 0x80, then zeros, to a multiple of 64 bytes: a short word and a shorter one weigh the same. */
function padded(bytes) {
  const block = new Uint8Array(Math.ceil((bytes.length + 1) / BLOCK_BYTES) * BLOCK_BYTES);
  block.set(bytes);
  block[bytes.length] = 0x80;
  return block;
}

function unpadded(block) {
  const end = block.findLastIndex((one) => one !== 0);
  if (block.length % BLOCK_BYTES || block[end] !== 0x80) throw new Error("not padded");
  return block.subarray(0, end);
}

const text = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

const aboutBody = ({ conversation, author, clientId, kind }) =>
  `miti body 1|${conversation}|${author}|${clientId}|${kind}`;

/** Of an envelope; 0: it is none. */
export const generationOf = (envelope) => Number(envelope.match(ENVELOPE)?.[1] ?? 0);

/** What the keys of all generations are made from: only the visitor's browser has it, and grants it to nobody. */
export const newRoot = () => base64url(random(KEY_BYTES));

/** The same for the same root, so that two pages of one visitor, or one before and after a reload, make the same. */
export const generationKey = async (root, generation) =>
  base64url(new Uint8Array(await derived(fromBase64url(root), `miti generation 1|${generation}`)));

/** The content keys of one conversation, by generation. */
export class Keyring {
  #bytes = new Map();
  #keys = new Map();

  /** `written`: as `written` gives them. */
  constructor(written) {
    for (const [generation, key] of written) this.#bytes.set(Number(generation), fromBase64url(key));
  }

  get newest() {
    return Math.max(...this.#bytes.keys());
  }

  get generations() {
    return [...this.#bytes.keys()];
  }

  /** The generations so far, for a grant. */
  get written() {
    return [...this.#bytes].slice(-MOST_GRANTED).map(([generation, bytes]) => [generation, base64url(bytes)]);
  }

  /** `key`: its bytes in base64url. */
  add(generation, key) {
    this.#bytes.set(generation, fromBase64url(key));
  }

  /** Refuses what has no visible character, or more than `longest` code points. `author`: "visitor", or the
      counsellor's number; `kind`: "message" or "note". */
  async seal(body, about, longest = LONGEST_BODY) {
    if (!messageBody(body) || [...body].length > longest) throw new RangeError("empty, or too long");
    const key = this.#key(this.newest, about.kind);
    return `1.${this.newest}.${await encrypt(key, padded(utf8.encode(body)), aboutBody(about))}`;
  }

  async open(envelope, about) {
    const [, generation, sealed] = envelope.match(ENVELOPE);
    return text(unpadded(await decrypt(this.#key(Number(generation), about.kind), sealed, aboutBody(about))));
  }

  /** Notes between counsellors have a key of their own. */
  #key(generation, kind) {
    const name = `${generation} ${kind}`;
    const bytes = this.#bytes.get(generation);
    if (!bytes) throw new Error("no such generation");
    if (!this.#keys.has(name)) this.#keys.set(name, kind === "note" ? hkdf(bytes, "miti notes 1") : aesKey(bytes));
    return this.#keys.get(name);
  }
}

/** For one conversation only, so that no key tells its owner again. `name`: the public half, as frames carry it. */
export async function newPair() {
  const { publicKey, privateKey } = await subtle().generateKey(CURVE, false, ["deriveBits"]);
  return { name: base64url(new Uint8Array(await subtle().exportKey("raw", publicKey))), privateKey };
}

async function grantKey({ conversation, number, privateKey, other, names }) {
  const publicKey = await subtle().importKey("raw", fromBase64url(other), CURVE, false, []);
  const secret = await subtle().deriveBits({ name: "ECDH", public: publicKey }, privateKey, 256);
  return hkdf(secret, `miti grant 1|${conversation}|${number}|${names.join("|")}`);
}

/** All generations, for the browser whose public half is `to`, of the counsellor who has this number here. */
export async function sealGrant(keyring, { name, privateKey }, { conversation, number, to }) {
  const key = grantKey({ conversation, number, privateKey, other: to, names: [name, to] });
  const { newest, written } = keyring;
  const sealed = await encrypt(key, utf8.encode(JSON.stringify(written)), "miti grant 1");
  return { key: name, generation: newest, sealed };
}

export async function openGrant({ key: from, sealed }, { name, privateKey }, { conversation, number }) {
  const key = grantKey({ conversation, number, privateKey, other: from, names: [from, name] });
  const written = JSON.parse(text(await decrypt(key, sealed, "miti grant 1")));
  const known = ([generation]) => Number.isInteger(generation) && generation > 0 && generation <= HIGHEST_GENERATION;
  if (!written.length || !written.every(known)) throw new RangeError("no generations");
  return new Keyring(written);
}

/** What must outlive a reload: browsers write every storage to the disk. The server has the key and never the text. */
export const sealStored = async (key, value) =>
  encrypt(aesKey(fromBase64url(key)), padded(utf8.encode(JSON.stringify(value))), "miti storage 1");

/** Null: of another conversation, or changed by somebody. */
export async function openStored(key, sealed) {
  try {
    return JSON.parse(text(unpadded(await decrypt(aesKey(fromBase64url(key)), sealed, "miti storage 1"))));
  } catch {
    return null;
  }
}
