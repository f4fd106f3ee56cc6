/* Gives each text that is drawn an element of its own. A browser's translator puts its own elements in the place of
   text nodes; a text that changes afterwards would be written into a node that nobody sees any more. Setting the text
   of an element replaces whatever the translator has put there. */

/** `options`: preact's. Called once, before anything is drawn. */
export function drawTextsAsElements(options) {
  customElements.define("x-t", textElement());
  const before = options.vnode;
  options.vnode = (vnode) => {
    const { type, props } = vnode;
    if (type === null && String(props).trim()) {
      vnode.type = "x-t";
      vnode.props = { text: String(props) };
    } else if (type === "option") {
      // It may hold nothing but text.
      const { children, ...others } = props;
      vnode.props = { ...others, textContent: [children].flat(Infinity).join("") };
    }
    before?.(vnode);
  };
}

const textElement = () =>
  class extends HTMLElement {
    /** An untouched text node is kept: a live region would announce a new one as an addition. */
    set text(text) {
      const { firstChild, lastChild } = this;
      if (firstChild?.nodeType === Node.TEXT_NODE && firstChild === lastChild) firstChild.data = text;
      else this.textContent = text;
    }
  };
