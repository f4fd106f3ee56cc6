/* The messages that were written and have no seq yet. A message leaves only when it is acknowledged, or by hand.

   const outbox = new Outbox();
   outbox.add("Bonjour")                  -> { client_id, body, at, state: "queued" }
   for (let item; (item = outbox.next()); ) if (!send(item)) { outbox.rewind(); break; }
   outbox.acknowledged(client_id)         // own message came back: removed; then next()
   outbox.refused(client_id, code)        // failed: shown with a retry; later ones are sent
   outbox.later(client_id)                // too_fast: queued again; call next() after retry_after_s
   outbox.retry(client_id), outbox.discard(client_id)
   outbox.rewind()                        // the socket was replaced: what was under way is sent again

   One message is under way at a time: with two, a refusal of the first could let the second overtake it.
   The server recognises a repeat by its client_id. `items` is a new array whenever it changes. */

export function newClientId(bytes = 16) {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...random))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export class Outbox {
  constructor(items = [], { newId = newClientId, now = () => Date.now() } = {}) {
    this.newId = newId;
    this.now = now;
    this.items = [];
    this.restore(items);
  }

  /** `items`: of before a reload. They were written before what is here. */
  restore(items) {
    const here = new Set(this.items.map((item) => item.client_id));
    const earlier = items.filter((item) => !here.has(item.client_id));
    const queued = (item) => (item.state === "sending" ? { ...item, state: "queued" } : item);
    this.items = [...earlier.map(queued), ...this.items];
  }

  add(body) {
    const item = { client_id: this.newId(), body, at: new Date(this.now()).toISOString(), state: "queued" };
    this.items = [...this.items, item];
    return item;
  }

  /** The item to send now, marked as under way; null when one is already, or none waits. */
  next() {
    if (this.items.some((item) => item.state === "sending")) return null;
    const item = this.items.find(({ state }) => state === "queued");
    return item ? this.#change(item.client_id, { state: "sending" }) : null;
  }

  acknowledged(clientId) {
    return this.#remove(clientId);
  }

  discard(clientId) {
    return this.#remove(clientId);
  }

  refused(clientId, code) {
    return this.#change(clientId, { state: "failed", code });
  }

  later(clientId) {
    return this.#change(clientId, { state: "queued" });
  }

  retry(clientId) {
    return this.#change(clientId, { state: "queued", code: undefined });
  }

  rewind() {
    this.items = this.items.map((item) => (item.state === "sending" ? { ...item, state: "queued" } : item));
  }

  #remove(clientId) {
    const found = this.items.some((item) => item.client_id === clientId);
    if (found) this.items = this.items.filter((item) => item.client_id !== clientId);
    return found;
  }

  #change(clientId, change) {
    this.items = this.items.map((item) => (item.client_id === clientId ? { ...item, ...change } : item));
    return this.items.find((item) => item.client_id === clientId) ?? null;
  }
}
