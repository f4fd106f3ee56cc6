/* Frames as both sides really send them: whatever the tests let a server or a script say is checked against the JSON
   Schema of its socket and direction (docs/protocol/), which is written from the server's own types.

   visitorFrames.welcome({ state: "closed" }), counsellorFrames.offer({ conversation: "c2" }): from the server;
   toVisitor, toCounsellor, fromVisitor, fromCounsellor: give a frame back, or say why it is none. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DEFAULT_LIMITS } from "../../chat/static/chat/limits.js";

const root = new URL("../../", import.meta.url);
const { default: Ajv } = createRequire(new URL("tools/package.json", root))("ajv/dist/2020");
/** A point of P-256, as browsers write it; and 32 bytes. */
export const PUBLIC_KEY = `B${"p".repeat(86)}`;
export const STORAGE_KEY = "s".repeat(42) + "A";
const AT = "2026-11-19T09:00:00.000Z";

/** What may go one way over one socket: the types of its frames, and `valid(frame)`, which throws where one does not
    fit. */
export function protocol(name) {
  const schema = JSON.parse(readFileSync(new URL(`docs/protocol/${name}.json`, root), "utf8"));
  // A server writes every field that its types have, and no other.
  if (name.startsWith("to-")) Object.values(schema.$defs).forEach(exact);
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema(schema, name);
  const definitions = schema.anyOf.map(({ $ref }) => $ref.split("/").at(-1));
  const byType = Object.fromEntries(definitions.map((one) => [schema.$defs[one].properties.type.enum[0], one]));
  return {
    types: Object.keys(byType),
    valid(frame) {
      if (!(frame.type in byType)) throw new Error(`${name} has no frame ${frame.type}`);
      const validate = ajv.getSchema(`${name}#/$defs/${byType[frame.type]}`);
      if (!validate(frame)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(frame)}`);
      return frame;
    },
  };
}

function exact(definition) {
  definition.additionalProperties = false;
  definition.required = Object.keys(definition.properties);
}

export const toVisitor = protocol("to-visitor").valid;
export const toCounsellor = protocol("to-counsellor").valid;
/** An envelope of the right form, in place of a text: most tests try what is said before it is sealed. */
export const ENVELOPE = `1.1.${"A".repeat(123)}`;
const sealed = ({ body, note, ...frame }) => ({
  ...frame,
  ...(body && { body: ENVELOPE }),
  ...(note && { note: ENVELOPE }),
});
const asSent = (name) => {
  const { valid } = protocol(name);
  return (frame) => (valid(sealed(frame)), frame);
};
export const fromVisitor = asSent("from-visitor");
export const fromCounsellor = asSent("from-counsellor");

function factories(valid, examples) {
  const make = ([type, example]) => [type, (more = {}) => valid({ type, ...example, ...more })];
  return Object.fromEntries(Object.entries(examples).map(make));
}

export const LIMITS = { ...DEFAULT_LIMITS, frame: 24_576 };
const ERROR = { code: "try_again", detail: "", client_id: null, retry_after_s: null, conversation: null };
const MESSAGE = {
  epoch: 1,
  seq: 1,
  author: "counsellor",
  alias: null,
  client_id: null,
  body: "Bonjour",
  at: AT,
  number: 1,
};

export const visitorFrames = factories(toVisitor, {
  welcome: {
    state: "open",
    label: "Une question ? Écrivez-nous",
    next_opening: null,
    opening: null,
    fresh_s: null,
    themes: [{ code: "emploi", label: "Emploi" }],
    languages: [
      { code: "fr", label: "Français" },
      { code: "nl", label: "Nederlands" },
    ],
    contacts: [],
    notices: { opening: "", closed: "" },
    notice_blocks: { opening: [], closed: [] },
    limits: LIMITS,
    codes: {},
    challenge: null,
    protocol: 1,
    storage_key: STORAGE_KEY,
  },
  waiting: { conversation: "c1", epoch: 1, position: 2, estimate_s: 90 },
  requeued: { position: 1, estimate_s: 20 },
  joined: { alias: "Conseiller·ère", at: AT, number: 1, key: PUBLIC_KEY },
  grant_wanted: { number: 1, key: PUBLIC_KEY, generation: 1 },
  left: { alias: "Conseiller·ère", at: AT, number: 1 },
  message: { ...MESSAGE, alias: "Conseiller·ère" },
  typing: { on: true, alias: "Conseiller·ère" },
  seen: { seq: 1 },
  interrupted: { alias: "Conseiller·ère", grace_s: 30 },
  closing: { in_s: 120, reason: "idle" },
  closed: { reason: "idle", outcome: "served", survey: false },
  resumed: {
    conversation: "c1",
    epoch: 1,
    state: "active",
    position: null,
    estimate_s: null,
    alias: "Conseiller·ère",
    aliases: ["Conseiller·ère"],
    events: [],
    more: false,
    gap: false,
    parties: [{ alias: "Conseiller·ère", number: 1, keys: [PUBLIC_KEY] }],
    parties_so_far: 1,
    storage_key: STORAGE_KEY,
  },
  error: ERROR,
  ping: {},
});

const REQUEST = { theme: "emploi", language: "fr", audience: "public" };
const CHOICE = { code: "emploi", label: "Emploi" };

/** A conversation as `welcome` and `opened` tell it. */
export const snapshot = (conversation, more = {}) => ({
  conversation,
  epoch: 1,
  ...REQUEST,
  waited_s: 20,
  state: "active",
  role: "owner",
  visitor: "present",
  accepted_at: "2026-11-23T09:00:00.000Z",
  number: 1,
  numbers: [1],
  parties_so_far: Math.max(...(more.numbers ?? [1])),
  messages: [],
  notes: [],
  more: false,
  guests: [],
  visitor_grace_s: null,
  grant: null,
  ...more,
});
/** Who rings, as `welcome` and `offer` tell it. */
export const ringing = (conversation, more = {}) => ({
  conversation,
  ...REQUEST,
  waited_s: 30,
  expires_in_s: 40,
  invited: false,
  visitor: "present",
  ...more,
});
/** Who waits, as `welcome` and `queue` tell it. */
export const queued = (conversation, more = {}) => ({ conversation, ...REQUEST, waited_s: 5, priority: 0, ...more });

const CODES = {
  themes: [CHOICE],
  subthemes: {},
  given: [],
  block_reasons: [],
  pools: [],
  languages: [],
  audiences: [],
};

export const counsellorFrames = factories(toCounsellor, {
  welcome: {
    me: { id: 1, name: "Nadia" },
    availability: { state: "available", capacity: 2, max_capacity: 3, missed: 0 },
    conversations: [],
    offers: [],
    queue: [],
    canned: [],
    colleagues: [],
    codes: CODES,
    limits: LIMITS,
    guarded: [],
    protocol: 1,
  },
  lists: { canned: [], codes: CODES, guarded: [] },
  availability: { state: "available", capacity: 2, missed: 0, reason: null },
  nudged: {},
  queue: { queue: [] },
  colleagues: { colleagues: [] },
  offer: ringing("c1"),
  offer_gone: { conversation: "c1", reason: "expired" },
  opened: snapshot("c1"),
  grant: {
    conversation: "c1",
    to: PUBLIC_KEY,
    key: PUBLIC_KEY,
    generation: 1,
    sealed: "k".repeat(100),
    by_visitor: true,
  },
  grant_wanted: { conversation: "c1", number: 2, key: PUBLIC_KEY, generation: 1 },
  message: { conversation: "c1", ...MESSAGE, by: null },
  note: {
    conversation: "c1",
    epoch: 1,
    note_seq: 1,
    author_name: "Nadia",
    client_id: null,
    body: "à suivre",
    at: AT,
    number: 1,
    by: 1,
  },
  typing: { conversation: "c1", on: true },
  seen: { conversation: "c1", seq: 1 },
  visitor: { conversation: "c1", state: "present", grace_s: null },
  joined: { conversation: "c1", alias: "Karim", at: AT },
  left: { conversation: "c1", alias: "Karim", at: AT },
  parties: { conversation: "c1", role: "owner", guests: [], number: 1, numbers: [1], parties_so_far: 1 },
  closing: { conversation: "c1", in_s: 120, reason: "idle" },
  closed: { conversation: "c1", reason: "idle", outcome: "served" },
  released: { conversation: "c1", reason: "transferred" },
  resumed: { conversation: "c1", epoch: 1, events: [], more: false, gap: false },
  error: ERROR,
  ping: {},
});
