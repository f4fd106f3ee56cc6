// The libraries that render the visitor's chat, without hooks: preact's core, htm, and signals for its state.
// `make vendor` bundles them.
import { Component, h, options, render } from "preact";
import htm from "htm";

export const html = htm.bind(h);
export { Component, options, render };
export { batch, effect, Signal, signal } from "@preact/signals-core";
