// The libraries that render the visitor's chat: preact's core, htm, and signals for its state, without hooks. `make vendor`
// bundles it.
import { Component, h, render } from "preact";
import htm from "htm";

export const html = htm.bind(h);
export { Component, render };
export { batch, effect, Signal, signal } from "@preact/signals-core";
