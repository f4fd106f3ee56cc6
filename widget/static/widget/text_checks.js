/* Checks of the text that is being typed, in the browser only. Nothing that is found is sent, stored or counted. */

const digits = (text) => text.replace(/\D/g, "");

/** Belgian national number: the last two digits are 97 minus the rest modulo 97, with a 2 before it for births since
    2000. */
function isNationalNumber(text) {
  const number = digits(text);
  const check = Number(number.slice(9));
  return (
    number.length === 11 && ["", "2"].some((century) => 97 - (Number(century + number.slice(0, 9)) % 97) === check)
  );
}

function isCard(text) {
  const number = digits(text);
  const sum = [...number].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return number.length >= 13 && number.length <= 19 && sum % 10 === 0 && !/^(\d)\1*$/.test(number);
}

function isIban(text) {
  const iban = text.replace(/[^A-Z\d]/gi, "").toUpperCase();
  const number = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) => letter.charCodeAt(0) - 55);
  return iban.length >= 15 && BigInt(number) % 97n === 1n;
}

const PRIVATE = [
  ["iban", /\b[A-Z]{2}\d{2}(?:[ .-]?(?=[A-Z]{0,3}\d)[A-Z\d]{2,4}){3,8}\b/gi, isIban],
  ["national_number", /\b\d{2}[. ]?\d{2}[. ]?\d{2}[ .-]*\d{3}[ .-]?\d{2}\b/g, isNationalNumber],
  ["card", /\b(?:\d[ .-]?){12,18}\d\b/g, isCard],
  ["email", /[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}/giu, () => true],
  [
    "phone",
    /(?:\+|\b00)\d{2}[\s./()-]*(?:\d[\s./()-]*){7,10}\d?|(?<![\d./-])0\d{1,3}[\s./-]?(?:\d{2,3}[\s./-]?){2,3}\d{0,2}/g,
    (text) => digits(text).length >= 9 && digits(text).length <= 14,
  ],
];

/** Which kind of private data the text seems to hold, or null: national_number, card, iban, email, phone. */
export function detectPrivateData(text) {
  for (const [kind, pattern, holds] of PRIVATE) {
    if ([...text.matchAll(pattern)].some(([found]) => holds(found))) return kind;
  }
  return null;
}
