/* Whether a text has words of danger, for oneself, for somebody else or from somebody else. Fetched when somebody
   begins to wait, because the lists (danger/) are long. A wrong hit shows some numbers to somebody who did not need
   them; a missed one may cost more, so the lists prefer to show.

   Each line of them is a regular expression for text as `normalise` leaves it: small letters without accents, no
   doubled consonants (those of the line are made single too), one space between words, apostrophes and hyphens as
   spaces, "." where a sentence ends. It begins where a word begins and ends anywhere; a space at its end asks for the
   end of a word. "~" stands for up to two words, a name in capitals for one of the lists. */

import * as dutch from "./danger/dutch.js";
import * as english from "./danger/english.js";
import * as french from "./danger/french.js";
import * as german from "./danger/german.js";
import * as ukrainian from "./danger/ukrainian.js";

const LANGUAGES = [french, dutch, english, german, ukrainian];
const LISTS = Object.assign({}, ...LANGUAGES.map((language) => language.LISTS));

const single = (text) => text.replace(/([b-df-hj-np-tv-z])\1+/g, "$1");

/* What says one of these words and means something else: left out before the words are looked for. */
const HARMLESS = [
  "en finir avec (?:mes |les |l |la |le |cette |ce |ces |mon |ma )?(?:etude|ecole|cours|dossier|formation|" +
    "papier|demarche|stage|procedure|travail|boulot|memoire|tfe|examen|administration|bac|annee)",
  "mourir de (?:rire|faim|soif|chaud|froid|honte|ennui|curiosite)",
  "peur de mourir",
  "(?:me|m) tuer? (?:a la tache|au travail|au boulot|a l ouvrage)",
  "touchee? (?:un|deux) mots?|(?:on|il|elle|ils|cpas|onem|qui) (?:me|m) (?:a |ont )?coupe\\w* (?!les (?:bras|veines))",
  "(?:ce|cette|cet|ces|ca|chaleur|stress|examens?|ecole|travail|boulot) (?:\\w+ )?me tue(?:nt)? ",
  "(?:me|m) (?:a |ont )?forc\\w* (?:a|de) (?:change|etudi|travail|faire (?:le|la|l(?! amour)|mes)|" +
    "choisir|suivre|finir|continu|arret)",
  "dood (?:graag|gewoon|normaal|eerlijk|simpel|moe )",
  "(?:se|s) coupe\\w* (?:les (?:cheveux|ongles)|la parole|du )",
  "(?:me|m) (?:coup\\w+|suis coup\\w+) (?:les (?:cheveux|ongles)|la parole|l herbe|du pain|en (?:cuisin|" +
    "brico|ras)|l appetit|en quatre|une (?:frange|tranche))",
  "(?:me|m) suis coupee? (?:en |au doigt|avec un)",
  "(?:me|m) (?:suis )?(?:noye\\w*) (?:dans|sous) (?:le |les |la |l |mes |mon |un |des )?(?:travail|papier|" +
    "boulot|document|information|paperasse|dossier|devoir|cours)",
  "(?:me|m) (?:suis )?fai[ts] mal (?:a |au |aux |en )",
  "(?:me|m) faire mal (?:a |au |aux )",
  "(?:me|m) (?:suis )?batt?u?e?s? (?:pour|contre|avec)",
  "suis battue? pour|je me bats ",
  "vivre (?:chez|en|au|ici|dans cet? |dans cette )",
  "(?:ca|cela|ce qui|qui|chose) (?:me|m a) (?:frappe|frappee?)",
  "(?:me|m) tape sur les nerfs",
  "(?:ca|cela|qui) (?:me|m a) touche",
  "saute\\w* (?:du coq|d une (?:classe|annee|matiere|idee|option)|d un (?:sujet|cours|metier|emploi|domaine))",
  "saute\\w* (?:une|d une) (?:classe|annee)",
  "(?:me|m) jeter a l eau",
  "etre la bas|disappear from|be here (?:on|at|before|until|in) |жити (?:в|у|тут|на) ",
  "disparaitre (?:des? |du |l |les |la |mes |mon )(?:reseaux?|facebook|liste|fichier|bouton|tache|base)",
  "faire disparaitre",
  "faire tout ca sans moi|(?:partis|commence\\w*|continu\\w*|manger|reunion) sans moi",
  "hit me (?:up|that|with|how|why)|(?:it|that|which) (?:hits?|beats?) me|beats me (?:why|how|what)",
  "burn(?:ing)? myself out",
  "cut(?:ting)? myself (?:some|a|shaving|while|short|off|slack)",
  "like to end it (?:with|by)",
  "kick me (?:out|off)|kicked me (?:out|off)",
  "(?:schlagt|schlagen|schlug) (?:mich|uns) (?:[^ .]+ )?(?:vor|fur) |schlage mich (?:durch|vor)",
  "verletzt? (?:mir|mich) (?:am|beim|an|das knie)",
  "dood (?:van de|op mijn gemak)",
  "snij\\w* (?:me |mij )?(?:in (?:mijn|de|m n) vinger|het brood)",
  "slaat (?:me|mij) (?:over|op mijn)",
  "хочу (?:\\S+ )?(?:покінчити з|покінчу з) (?:навчанн|школ|документ|робот)",
  "покінч\\S+ з (?:навчанн|школ|документ|робот|цими|цією|папер|іспит)",
  "собі (?:\\S+ )?(?:роботу|шлях)",
];

/* What is written as it sounds, or in short: put right before the words are looked for. */
const RESPELT = [
  [" j(?=(?:m|me|veu\w?|vou\\w+|vai\\w?|ose|pense|fai\\w?|supporte) )", " je "],
  [" g ", " j ai "],
  [" jai ", " j ai "],
  [" (?:chui|chuis|jsuis|jsui) ", " je suis "],
  [" (?:plu|pu)(?= (?:envie?|gout|la force|vivre|de raison))", " plus"],
  ["(veu[xt]?|supporte|peux?) (?:pu|plu) ", "$1 plus "],
  [" pr ", " pour "],
  [" envi ", " envie "],
  [" d(?=etre |avoir )", " d "],
  [" (?:qil|kil(?= (?:va|veut) )) ?", " qu il "],
  [" k?quelle(?= (?:veut|va) )", " qu elle"],
  [" k(?=(?:wil|ben|heb|ga|snij|kan|zou) )", " ik "],
  [" (?:mn|m n) ", " mijn "],
  [" nie(?= (?:meer|leven) )", " niet"],
  [" nie?meer ", " niet meer "],
  [" i(?=m |d |ve )", " i "],
  [" (?:wan+a|want 2) ", " want to "],
  [" (?:gonna|imma) ", " going to "],
  [" nich ", " nicht "],
].map(([from, to]) => [new RegExp(single(from), "g"), to]);

/** Small letters, no accents, one space between words, "." between sentences; signs that nobody sees are dropped, and a
    letter drawn out ("mouriiiir") stands once. */
export function normalise(text) {
  const words = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\p{Cf}]/gu, "")
    .replace(/œ/g, "oe")
    .replace(/ß/g, "ss")
    .replace(/ґ/g, "г")
    .replace(/ё/g, "е")
    .replace(/(\p{L})\1{2,}/gu, "$1")
    .replace(/[.!?;…\n]+/g, " . ")
    .replace(/[^\p{Ll}\p{Lo}\p{N}.]+/gu, " ")
    .trim();
  return RESPELT.reduce((respelt, [from, to]) => respelt.replace(from, to), single(` ${words} `));
}

function oneOf(expressions) {
  const expanded = expressions.map((line) =>
    line.replace(/[A-Z]{2}_[A-Z]+/g, (name) => LISTS[name]).replaceAll("~", "(?:[^ .]+ ){0,2}"),
  );
  const plain = expanded.map((line) => single(line.normalize("NFKD").replace(/[\u0300-\u036f]/g, "")));
  return new RegExp(` (?:${plain.join("|")})`, "gu");
}

/* One for each language: browsers do not compile a single one of that size, and are ten times slower. */
const dangers = LANGUAGES.map((language) => oneOf(language.DANGER));
const harmless = oneOf(HARMLESS);

/** The words of danger in it, as `normalise` leaves them. */
export function crisisWords(text) {
  const words = normalise(text).replace(harmless, " ");
  return dangers.flatMap((danger) => words.match(danger) ?? []);
}

/** Says of each text whether it has words of danger that no text before had: who closes the numbers sees them again at
    others, not at the same ones. */
export function crisisWatch() {
  const seen = [];
  return (text) => {
    const found = crisisWords(text).filter((words) => !seen.some((old) => words.startsWith(old)));
    seen.push(...found);
    return found.length > 0;
  };
}
