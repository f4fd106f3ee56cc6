/* What outlives a reload: the conversation's token and what was asked for; sealed its keys and what was written and not
   sent (reload.js). It is in this frame's sessionStorage (so in this tab only; browsers write it to the disk), one
   entry a site. Where a browser refuses storage to frames, this page's memory keeps it: a reload then ends the chat. */

export function sessionStore(site, area = () => sessionStorage) {
  const key = `miti:${site}`;
  let storage = null;
  try {
    storage = area();
    storage.setItem(`${key}?`, "");
    storage.removeItem(`${key}?`);
  } catch {
    storage = null;
  }
  return {
    lasting: Boolean(storage),
    load() {
      try {
        return JSON.parse(storage?.getItem(key) ?? null);
      } catch {
        return null;
      }
    },
    save(session) {
      try {
        storage?.setItem(key, JSON.stringify(session));
      } catch {
        // With a full or withdrawn storage, only the next reload loses the conversation.
      }
    },
    clear() {
      storage?.removeItem(key);
    },
  };
}
