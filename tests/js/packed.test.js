import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const root = new URL("../../", import.meta.url);
const read = (name) => readFileSync(new URL(name, root));
const hash = (name) => createHash("sha256").update(read(name)).digest("hex").slice(0, 16);
const zipped = (name) => gzipSync(read(name), { level: 9 }).length;

const loader = "widget/static/widget/packed/loader.js";
const packed = [
  "widget/static/widget/packed/host_panel.js",
  "widget/static/widget/packed/chat.js",
  "widget/static/widget/packed/chat.css",
];

const proof = "widget/static/widget/packed/proof.js";
const sealing = "widget/static/widget/packed/sealing.js";
const writingChecks = "widget/static/widget/packed/writing_checks.js";

for (const file of [loader, proof, writingChecks, sealing, ...packed]) {
  test(`${file} is what make pack makes of the sources as they are now`, () => {
    const sources = read(`${file}.sources.txt`)
      .toString()
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    assert.equal(sources.at(-1)[0], file, "its own hash is the last one");
    assert.ok(sources.length > 1);
    for (const [name, recorded] of sources) assert.equal(hash(name), recorded, `${name} has changed: run make pack`);
  });
}

test("the packed style sheet carries the tokens that it uses, and no others", () => {
  const text = read("widget/static/widget/packed/chat.css").toString();
  const names = (pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
  assert.deepEqual(names(/(--[\w-]+):/g), names(/var\((--[\w-]+)/g));
});

test("the loader weighs at most 2 KB", () => {
  assert.ok(zipped(loader) <= 2048, `${zipped(loader)} bytes, which every page of every partner loads`);
});

test("everything for chatting weighs at most 30 KB, in every language", () => {
  const page = zipped("widget/templates/widget/frame.html");
  for (const lang of ["fr", "nl", "en", "de", "uk", "ar"]) {
    const total = [...packed, `widget/static/widget/locales/${lang}.json`].reduce(
      (sum, file) => sum + zipped(file),
      page,
    );
    assert.ok(total <= 30 * 1024, `${lang}: ${total} bytes, which a visitor waits for before anybody can be asked`);
  }
});
