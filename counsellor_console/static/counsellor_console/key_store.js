// This browser's key pairs, one for each conversation, which the tabs of the browser share. The private halves cannot
// be read out, not even by this page; a pair goes when its conversation does.

const NAME = "miti";
const STORE = "pairs";

const answer = (request) =>
  new Promise((then, refuse) => {
    request.onsuccess = () => then(request.result);
    request.onerror = () => refuse(request.error);
  });

/** A browser's store that does not answer must not keep a counsellor from working. */
const PATIENCE_MS = 2000;
const soon = (promise) =>
  Promise.race([promise, new Promise((then) => setTimeout(then, PATIENCE_MS, null))]).catch(() => null);

/** Where a browser refuses storage, the pairs live and die with the page. */
export async function openKeyStore(factory = globalThis.indexedDB) {
  const database = await soon(open(factory));
  const all = (mode) => database.transaction(STORE, mode).objectStore(STORE);
  const tried = async (act) => database && soon((async () => answer(act()))());
  return {
    /** [{conversation, pair: {name, privateKey}, newest, byVisitor, least, here, met}]: the highest generation granted,
        by whom, the lowest that may be sealed with, the numbers of those who took part, and the highest ever given. */
    load: async () => (await tried(() => all("readonly").getAll())) ?? [],
    save: (kept) => tried(() => all("readwrite").put(kept)),
    forget: (conversation) => tried(() => all("readwrite").delete(conversation)),
    clear: () => tried(() => all("readwrite").clear()),
  };
}

async function open(factory) {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "conversation" });
  return answer(request);
}
