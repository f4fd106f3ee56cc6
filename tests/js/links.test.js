import assert from "node:assert/strict";
import { test } from "node:test";
import { split } from "../../chat/static/chat/links.js";

const links = (text) => split(text).filter((part) => typeof part === "object");
const joined = (text) =>
  split(text)
    .map((part) => part.text ?? part)
    .join("");

test("an address becomes a link and the sentence stays whole", () => {
  const text = "Voir https://www.siep.be/ et www.miti.be/x?y=1#z, merci.";
  assert.deepEqual(links(text), [
    { href: "https://www.siep.be/", text: "https://www.siep.be/" },
    { href: "https://www.miti.be/x?y=1#z", text: "www.miti.be/x?y=1#z" },
  ]);
  assert.equal(joined(text), text);
});

test("the sentence's punctuation is not the address's", () => {
  for (const [text, address] of [
    ["https://miti.be/x.", "https://miti.be/x"],
    ["(https://miti.be/x)", "https://miti.be/x"],
    ["https://fr.wikipedia.org/wiki/Miti_(chat)", "https://fr.wikipedia.org/wiki/Miti_(chat)"],
    ["« https://miti.be/x »", "https://miti.be/x"],
    ["https://miti.be/x?!", "https://miti.be/x"],
  ])
    assert.deepEqual(
      links(text).map((link) => link.text),
      [address],
    );
});

test("thousands of brackets and full stops cost no more questions than a few", (t) => {
  let questions = 0;
  for (const name of ["split", "slice", "replace", "endsWith"]) {
    const usual = String.prototype[name];
    t.mock.method(String.prototype, name, function (...given) {
      questions += 1;
      return usual.apply(this, given);
    });
  }
  for (const end of [")", "].)", "}", ".", "*_~'"]) {
    const text = `https://miti.be/x${end.repeat(1_000)}`;
    assert.deepEqual(
      links(text).map((link) => link.text),
      ["https://miti.be/x"],
    );
  }
  assert.ok(questions < 100, `${questions} questions`);
});

test("only the web is linked", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://miti.be",
    "https://",
    "http://localhost",
    "pas de lien",
  ]) {
    assert.deepEqual(links(text), []);
    assert.equal(joined(text), text);
  }
});

test("an address that shows one host and opens another stays text", () => {
  assert.deepEqual(links("https://miti.be@evil.example/"), []);
});

test("markup is text like any other", () => {
  const text = '<a href="https://evil.example/">x</a>';
  assert.equal(joined(text), text);
  assert.deepEqual(
    links(text).map(({ href }) => href),
    ["https://evil.example/"],
  );
});
