/* Writes down what a screen reader would be given to say: each change in a live region, as ARIA's rules have it.

   `window.said` holds the texts in their order; `window.unsaid` those in regions that came filled, which many screen
   readers keep quiet about. Alerts alone are said when they come. */

(() => {
  const LIVE = { status: "polite", log: "polite", alert: "assertive" };
  const known = new WeakSet();
  window.said = [];
  window.unsaid = [];

  const elementOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const politeness = (element) => element.getAttribute("aria-live") ?? LIVE[element.getAttribute("role")];

  /** The nearest region around this node that says anything; none inside one that is off. */
  function regionOf(node) {
    for (let one = elementOf(node); one; one = one.parentElement) {
      const how = politeness(one);
      if (how) return how === "off" ? null : one;
    }
    return null;
  }

  const isHidden = (element) => !element.checkVisibility?.() || element.closest("[aria-hidden=true], [inert]");

  function textOf(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || isHidden(node) || node.getAttribute("aria-live") === "off") return "";
    const inner = [...node.childNodes].map(textOf).join("");
    return getComputedStyle(node).display.startsWith("inline") ? inner : ` ${inner} `;
  }
  const words = (node) => textOf(node).replace(/\s+/g, " ").trim();

  /** Without a role of its own to say so, only what is new is said. */
  const isWhole = (region) =>
    (region.getAttribute("aria-atomic") ?? String(["status", "alert"].includes(region.getAttribute("role")))) === "true";

  function regionsIn(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    return [node, ...node.querySelectorAll("[role], [aria-live]")].filter((one) => politeness(one));
  }

  new MutationObserver((changes) => {
    const parts = new Map();
    const note = (node) => {
      const region = node.isConnected && regionOf(node);
      if (!region || isHidden(region)) return;
      if (!known.has(region)) return;
      if (!parts.has(region)) parts.set(region, new Set());
      parts.get(region).add(isWhole(region) ? region : node);
    };
    for (const { type, target, addedNodes } of changes) {
      if (type === "characterData") note(target);
      for (const node of addedNodes) note(node);
    }
    for (const [region, nodes] of parts) {
      const outer = [...nodes].filter((node) => ![...nodes].some((other) => other !== node && other.contains(node)));
      window.said.push(...outer.map(words).filter(Boolean));
    }
    for (const { addedNodes } of changes) {
      for (const region of [...addedNodes].flatMap(regionsIn)) {
        if (known.has(region) || !region.isConnected) continue;
        known.add(region);
        const role = region.getAttribute("role");
        if (politeness(region) === "off" || role === "log" || isHidden(region) || !words(region)) continue;
        window[role === "alert" ? "said" : "unsaid"].push(words(region));
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
})();
