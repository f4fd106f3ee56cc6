/* Whether a text has words of danger. A file of its own, fetched when somebody begins to wait, because the list is
   long. */

import { DANGER, LISTS } from "./crisis_lists.js";

/* What says one of these words and means something else: left out before the words are looked for. */
const HARMLESS = [
  "en finir avec (?:mes |les |l |la |le |cette |ce |ces |mon |ma )?(?:etude|ecole|cours|dossier|formation|" +
    "papier|demarche|stage|procedure|travail|boulot|memoire|tfe|examen|administration|bac|annee)",
  "mourir de (?:rire|faim|soif|chaud|froid|honte|ennui|curiosite)",
  "peur de mourir",
  "(?:me|m) tuer? (?:a la tache|au travail|au boulot|a l ouvrage)",
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
    .replace(/[^\p{L}\p{N}.]+/gu, " ")
    .trim();
  return ` ${words} `;
}

function oneOf(expressions) {
  const expanded = expressions.map((line) =>
    line.replace(/[A-Z]{2}_[A-Z]+/g, (name) => LISTS[name]).replaceAll("~", "(?:[^ .]+ ){0,2}"),
  );
  const plain = expanded.map((line) => line.normalize("NFKD").replace(/[\u0300-\u036f]/g, ""));
  return new RegExp(` (?:${plain.join("|")})`, "gu");
}

const danger = oneOf(DANGER);
const harmless = oneOf(HARMLESS);

export const mentionsCrisis = (text) => normalise(text).replace(harmless, " ").search(danger) >= 0;
