// What a screen reader says of live regions: what is added to a log, and the whole of a status whenever it changes; only
// in regions that were there before. `spoken` is a list of texts.
window.spoken = [];
(() => {
  const LIVE = "[role=status], [role=log], [role=alert]";
  const SILENT = "[aria-live=off], [aria-hidden=true]";
  const known = new Map();
  const textOf = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    return node.matches?.(SILENT) ? "" : Array.from(node.childNodes, textOf).join(" ");
  };
  const say = (text) => {
    const words = text.replace(/\s+/g, " ").trim();
    if (words) window.spoken.push(words);
  };
  new MutationObserver((mutations) => {
    const changed = new Set();
    for (const { type, target, addedNodes } of mutations) {
      const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
      const region = element?.closest?.(LIVE);
      if (!region || !known.has(region) || element.closest(SILENT)) continue;
      if (region.role !== "log") changed.add(region);
      else if (type === "childList" && element === region) addedNodes.forEach((node) => say(textOf(node)));
    }
    for (const region of changed) if (textOf(region) !== known.get(region)) say(textOf(region));
    for (const region of document.querySelectorAll(LIVE)) known.set(region, textOf(region));
  }).observe(document, { subtree: true, childList: true, characterData: true });
})();
