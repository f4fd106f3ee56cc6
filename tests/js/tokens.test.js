import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../miti/static/miti/tokens.css", import.meta.url), "utf8");
const dark = css.indexOf("@media (prefers-color-scheme: dark)");
const colours = (part) =>
  Object.fromEntries([...part.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
const schemes = { light: colours(css.slice(0, dark)), dark: colours(css.slice(dark, css.indexOf("@media", dark + 1))) };

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5]
    .map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [light, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (darker + 0.05);
}

const needed = {
  7: [
    "ink paper",
    "ink surface",
    "ink sunken",
    "accent-soft-ink accent-soft",
    "warm-soft-ink warm-soft",
    "danger-soft-ink danger-soft",
    "warning-soft-ink warning-soft",
    "success-soft-ink success-soft",
  ],
  4.5: [
    "ink-muted paper",
    "ink-muted surface",
    "ink-muted sunken",
    "accent paper",
    "accent surface",
    "accent-strong surface",
    "accent-ink accent",
    "accent-ink accent-strong",
    "warm paper",
    "warm-ink warm",
    "danger paper",
    "danger surface",
    "danger-ink danger",
    "warning paper",
    "success paper",
    "focus paper",
    "network-cdm surface",
    "network-cefo surface",
    "network-diores surface",
    "network-isp surface",
    "network-other surface",
  ],
  3: ["line-control paper", "line-control surface"],
};

for (const [scheme, values] of Object.entries(schemes)) {
  for (const [ratio, pairs] of Object.entries(needed)) {
    for (const pair of pairs) {
      test(`${scheme}: ${pair.replace(" ", " on ")} has a contrast of at least ${ratio}`, () => {
        const [front, back] = pair.split(" ").map((name) => values[name]);
        assert.ok(front && back, `${pair} is not in the ${scheme} table`);
        assert.ok(contrast(front, back) >= Number(ratio), `${contrast(front, back).toFixed(2)}`);
      });
    }
  }
}

test("both schemes name the same colours", () => {
  assert.deepEqual(Object.keys(schemes.dark).sort(), Object.keys(schemes.light).sort());
});
