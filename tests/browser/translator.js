/* What Google Translate does to a page: each text node, and each that comes, is replaced by two <font> elements. */
() => {
  const replace = (node) => {
    if (!node.data.trim() || !node.parentNode || node.parentNode.closest("font, textarea, [translate=no]")) return;
    const font = document.createElement("font");
    font.append(document.createElement("font"));
    font.firstChild.textContent = node.data;
    node.replaceWith(font);
  };
  const replaceAll = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    found.forEach(replace);
  };
  replaceAll(document.body);
  new MutationObserver((changes) =>
    changes.forEach(({ type, target, addedNodes }) => {
      if (type === "characterData") replace(target);
      addedNodes.forEach((node) => (node.nodeType === Node.TEXT_NODE ? replace(node) : replaceAll(node)));
    }),
  ).observe(document.body, { childList: true, subtree: true, characterData: true });
};
