/* Words of danger, for oneself or from somebody else, in the five languages (and Russian, which many who read
   Ukrainian write). A wrong hit shows some numbers to somebody who did not need them; a missed one may cost more, so
   these prefer to show.

   Each line is a regular expression for text as `normalise` (crisis_words.js) leaves it: small letters without accents,
   one space between words, apostrophes and hyphens as spaces, "." where a sentence ends. It begins where a word begins
   and ends anywhere; a space at its end asks for the end of a word. "~" stands for up to two words, a name in capitals
   for one of the lists. */

export const LISTS = {
  FR_WANT:
    "(?:j?veu[xt]|voulais|voudrais|aimerais|souhait\\w+|(?:envie|besoin|reve|peur|force|idee) (?:de|d)|" +
    "prefer\\w+|pense a|vais)",
  FR_WHO:
    "(?:il|ils|elle|elles|on|qui|pere|papa|mere|maman|parents?|frere|soeur|oncle|tante|pepe|copain|copine|" +
    "petit ami|mari|femme|homme|ex|conjointe?|compagnon|compagne|patron|chef|prof)",
  FR_HIT:
    "(?:frapp|bat |bats |battent|batt(?:ait|re|ue?s? )|cogn|tabass|gifl|viole|menac|agress|maltrait|etrangl|" +
    "sequestr|brutalis|harcel)",
  NL_ME: "(?:mezelf|mijzelf|me|mij|m n)",
  NL_WANT: "(?:wil|wilde|wou|zou|kan|hoef|liever)",
  NL_HIT: "(?:sla(?:at|an)|sloeg|schopt|schoppen|mishandel|misbruik|bedreig|verkracht|aanrand|wurgt|chanteert)",
  EN_HIT:
    "(?:hits?|hitting|beats?|beating|slap(?:s|ped)?|punch(?:es|ed)?|kick(?:s|ed)?|rape[sd]?|raping|" +
    "abus(?:es?|ed|ing)|molest(?:s|ed|ing)?|threaten(?:s|ed|ing)?|assault(?:s|ed|ing)?|strangle[sd]?|" +
    "chok(?:es?|ed)|stalk(?:s|ed|ing)?)",
  EN_DONE: "(?:raped|beaten|hit|abused|molested|assaulted|stalked|threatened)",
  DE_WANT: "(?:will|wollte|mo?e?chte?|wunsche|wurde gern|kann)",
  DE_HIT:
    "(?:schlagt|schlaegt|schlagen|schlug|geschlagen|prugel\\w*|verprugel\\w*|misshandel\\w*|missbrauch\\w*|" +
    "bedroh\\w*|vergewaltig\\w*|wurg\\w*|begrabsch\\w*)",
  UK_WANT: "(?:хочу|хочеться|хотіла? б|хочется|думаю)",
  UK_DIE: "(?:по|в|у)?м[еи]рт[иь]",
  UK_HIT:
    "(?:б ?є |б ?ють|бьет|вдари|побив|побил|(?:з|по)?гвалт|принижу|погрожу|залякує|душить|душив|катує|знуща|" +
    "домага|переслідує|изнасил)",
};

export const DANGER = [
  // French, for oneself
  "(?:su[iy]?[cs]|suiss?)id",
  "(?:me|m|se|nous) (?:tue |tuer|suicid|pend(?:re|s) |noye|flingu|bute |buter|butter|supprim|immol|" +
    "empoisonn|mutil|scarifi|taillad|detrui|bruler? la peau)",
  "(?:me|m) (?:suis )?(?:coup(?:e|er|ee|ait|ais)|tranch\\w*) ",
  "(?:les|mes) veines ",
  "(?:me|m) (?:foutre|mettre|tirer) (?:en l air|une balle)",
  "(?:(?:me|m) jeter|saut(?:er?|e)) (?:sous|du|dans (?:le vide|la meuse|le canal)|d un|par la|" +
    "sur les (?:rails|voies)|de la fenetre)",
  "(?:me|m) (?:suis )?(?:fai[ts]|faire) (?:du )?mal ",
  "FR_WANT ~(?:mour+ir|crever|disparaitre|etre morte? |en finir)",
  "mieux (?:vaut|vaudrait) ~(?:mour+ir|etre morte?)",
  "(?:serais|serai|etais|sois) (?:mieux )?morte? ",
  "(?:me|m) laisser mourir",
  "(?:plus|pas) ~(?:envie|gout|force|courage|raisons?|sens) (?:de|a) (?:vivre|la vie|exister)",
  "(?:plus|j?veu[xt] pas|voudrais pas) (?:de |du tout )?(?:vivre|exister|me reveiller|etre en vie|de ce monde)",
  "plus (?:jamais )?(?:etre la |de ce monde|continuer a vivre)",
  "plus jamais me reveiller",
  "(?:marre|assez|fatiguee?|ras le bol|lasse?) (?:de vivre|de la vie|de ma vie|d exister|d etre en vie)",
  "vie (?:n |ne )?(?:vaut (?:plus|pas)|a (?:plus|pas) (?:de|aucun) sens|sert a rien)",
  "en finir ",
  "a quoi bon (?:vivre|continuer a vivre)|que tout s arrete|(?:me|m) brule ",
  "mettre fin a (?:mes jours|ma vie|mes souffrances|tout ca|tout cela)",
  "passer a l acte",
  "(?:lettre|mot) d adieu",
  "(?:idees|pensees) (?:noires|morbides|de mort)",
  "(?:avale\\w* ~|(?:pris|prendre|prends) (?:trop de |tous (?:les|mes) |plein de |beaucoup de |" +
    "une boite de ))(?:medicaments|medocs|cachets|comprimes|pilules)|(?:bu|boire) ~javel",
  "(?:mieux|bien|tranquilles?) sans moi ",
  "sans moi (?:ce|tout|ils|le monde) ",
  // French, from somebody else
  "(?:me|m|nous|FR_WHO ma) (?:a |ont |as )?(?:encore |deja |toujours |souvent )?FR_HIT",
  "(?:frappe|bat|tape|tabasse|cogne|viole|menace) (?:ma|mon|mes|sa|ses|son) (?:mere|maman|frere|soeur|" +
    "enfants?|fils|fille|femme) ",
  "FR_WHO (?:me|m|nous) (?:a |ont )?(?:tapent|tapee?s? |tape |touche|touche |fait du mal|veut du mal|force )",
  "fai[ts]e? (?:encore |toujours )?(?:FR_HIT|battre|taper|violer|toucher)",
  "(?:ete|suis|etais) (?:\\w+ )?(?:violee?|battue?|frappee?|tabassee?|agressee?|abusee?|maltraitee?|" +
    "menacee?|harcelee?|sequestree?|etranglee?|en danger)",
  "abus\\w* (?:de moi|sexuel)",
  "attouchement",
  "inceste",
  "viols? ",
  "violences? (?:conjugale|familiale|domestique|sexuelle|intrafamiliale|a la maison|chez moi)",
  "peur (?:de|du|d) (?:(?:mon|ma|mes) (?:pere|mere|mari|conjoint|compagnon|copain|ex|frere|oncle|beau pere|" +
    "parents)|rentrer (?:chez moi|a la maison))",
  // Dutch
  "zelf(?:moord|doding|verminking|beschadig)",
  "NL_WANT ~~(?:dood |sterven|doodgaan|verdwijnen|niet meer (?:leven|verder (?:leven|\\. |$)|zijn |bestaan|" +
    "wakker)|er (?:\\w+ )?niet meer zijn)",
  "dood (?:wil|wou|zijn )",
  "niet meer (?:wil|wilt?|willen) (?:leven|zijn|bestaan)",
  "(?:ik|was|dat ik) (?:\\w+ )?dood was ",
  "geen zin (?:meer )?(?:in het leven|om te leven)",
  "leven (?:beu|moe|niet (?:meer )?waard|geen zin meer)",
  "zin meer in het leven",
  "(?:van|in) (?:het|mijn) leven (?:beroven|stappen)|uit het leven ",
  "(?:einde?|punt) ~aan (?:mijn|m n|het) leven",
  "er een einde? aan (?:te )?maken",
  "(?:snijd?|snijden|kras|kerf|verwond|verhang|verdrink|dood) (?:mezelf|mijzelf|me |mij )",
  "(?:mezelf|mijzelf|me|mij) (?:te )?(?:snij|snee|ophang|op te hang|verhang|verdrink|doden|doodmaken|" +
    "dood te|van kant|verwond|iets aan|wat aan|pijn|kras|kerf)",
  "(?:voor|onder) (?:de|een) trein (?:te )?(?:spring|gooi|werp|lig)|spring\\w* (?:voor|onder|van) (?:de|een|het) ",
  "van (?:de|een|het) (?:brug|dak|balkon) (?:te )?(?:spring|val)",
  "overdosis",
  "eruit stappen|niet meer zitten (?:\\. |$|om te leven)|vermoord\\w* (?:me|mij) |(?:me|" +
    "mij) (?:te )?vermoord|krab (?:mezelf|mijzelf)",
  "(?:beter|gelukkiger) (?:af )?zonder mij",
  "NL_HIT\\w* (?:me|mij|ons|m n) ",
  "(?:me|mij|ons) (?:vaak |soms |altijd |weer )?NL_HIT",
  "(?:word|wordt|werd|ben|wierd) (?:\\w+ ){0,3}(?:geslagen|mishandeld|misbruikt|bedreigd|verkracht|" +
    "aangerand|gestalkt|gechanteerd)",
  "(?:heeft|hebben|had) (?:me|mij|ons) (?:\\w+ ){0,2}(?:geslagen|mishandeld|misbruikt|bedreigd|verkracht|" +
    "aangerand|aangeraakt|pijn gedaan)",
  "(?:hij|ze|zij|vader|moeder|papa|mama|man|vriend|broer) doet (?:me|mij) pijn",
  "verkracht|aangerand|incest",
  "huiselijk geweld|(?:thuis )geslagen",
  "bang (?:van|voor) mijn (?:vader|moeder|papa|mama|man|vriend|ex|stiefvader|broer) ",
  "bang om naar huis",
  "ben (?:\\w+ )?in gevaar",
  // English
  "(?:kill|hang|drown|shoot|stab|poison|starve|burn|hurt|harm|cut)(?:ing|ting)? myself",
  "self ?(?:harm|injur)",
  "(?:kms|unalive) ",
  "(?:want|wanna|going|ready|rather|like) (?:to )?(?:just )?(?:die |be dead|disappear|end it)",
  "wish (?:\\w+ )?i (?:was|were|wasn t|had never been) (?:dead|never born|alive|born)",
  "better off (?:dead|without me)",
  "(?:end|ending|take|taking|took) (?:my (?:own )?life|it all )",
  "(?:don ?t|do not|no longer|didn t|not) (?:\\w+ )?(?:want|wanna|wish) (?:to )?(?:live|be here|be alive|" +
    "exist|wake up|go on living|be around)",
  "(?:reason|point|will) (?:to|in) (?:live |living)",
  "(?:life|live) is(?:n t| not) worth|not worth living",
  "(?:tired|sick) of (?:living|life|being alive)",
  "(?:slit|cut|cutting) my (?:wrist|arm|vein|leg)",
  "overdos",
  "(?:can ?t|cannot) go on (?:living|\\. |$)|(?:he|she|they|dad|father|husband|boyfriend|will|to) kills? me ",
  "jump(?:ing)? (?:off|in front of|from|under|out of) (?:a|the|my) (?:bridge|roof|building|balcony|window|" +
    "train|cliff|car|bus) ",
  "EN_HIT (?:on )?(?:me|us) ",
  "(?:was|been|being|get|getting|got|am|m) EN_DONE ",
  "touch(?:es|ed|ing) me ",
  "hurt(?:s|ing)? me ",
  "(?:afraid|scared) (?:of my (?:dad|father|mum|mom|mother|husband|boyfriend|partner|ex|step\\w+|brother|" +
    "uncle|parents) |to go home)",
  "domestic (?:violence|abuse)|abusive (?:husband|father|mother|partner|boyfriend|relationship|home|parents)",
  "(?:i m|i am|am) in danger",
  // German
  "selbst(?:mord|verletz|totung|toetung)|sui[zc]id|lebensmude|lebensmuede|ritzen ",
  "(?:mich|mir) (?:\\w+ )?(?:umbring|umzubring|tot(?:en|e) |toeten|erhang|erhaeng|aufhang|aufhaeng|ertrank|" +
    "ertraenk|das leben nehm|etwas an(?:tun|zutun)|was an(?:tun|zutun)|die (?:puls)?adern)",
  "bringe? mich um |tote mich|erhange mich|(?:ritze?|schneide|verletze?|hasse und verletze) (?:mich|mir)|" +
    "mich (?:selbst |wieder )?(?:ritz|schneid|geritzt|verletz)",
  "DE_WANT ~(?:sterben|tot sein|verschwinden|nicht mehr (?:leben|da sein|hier sein|aufwachen|weiterleben|" +
    "existieren|sein ))",
  "ich will nicht mehr (?:\\. |$)|(?:nicht mehr|nie wieder) (?:leben|aufwachen|da sein|weiterleben|" +
    "existieren) (?:will|mochte|moechte|kann)",
  "(?:tot|gestorben) (?:ware|sein mochte|sein will)|ware (?:ich )?(?:nur |lieber |besser )?tot ",
  "(?:keine lust|keinen sinn|keine kraft) (?:mehr )?(?:zu|am) leben",
  "leben (?:hat keinen sinn|nicht mehr lebenswert|ist sinnlos|ein ende)|leben (?:zu )?beenden",
  "besser (?:dran )?ohne mich",
  "(?:vor|unter) (?:den|einen) zug (?:zu )?(?:werf|spring|schmei|leg)",
  "(?:vom|von (?:der|einem|einer)) (?:dach|hochhaus|brucke|bruecke) (?:zu )?(?:spring|sturz|stuerz)",
  "uberdosis|ueberdosis",
  "DE_HIT (?:mich|uns) ",
  "(?:mich|uns) (?:\\w+ ){0,2}DE_HIT",
  "(?:werde|wurde|worden|werden) (?:\\w+ ){0,3}DE_HIT|DE_HIT worden",
  "(?:fasst|fasste) mich an |mich (?:\\w+ )?angefasst",
  "(?:er|sie|vater|mutter|mann) tut mir weh|vergewaltig|inzest|hausliche gewalt|haeusliche gewalt",
  "angst vor (?:meine[mnr]) (?:vater|mutter|mann|freund|ex|stiefvater|eltern|bruder) |angst nach hause",
  "(?:bin|schwebe) (?:\\w+ )?in gefahr",
  // Ukrainian, and Russian
  "самогуб|суіцид|суицид|самоуби",
  "(?:вбити|убити|вбю|вб ю|уб ю|убью|убить|порізати|різати|ріжу|резать|режу|калічу|зарізати|повісити|" +
    "втопити) (?:себе|себя|собі|вени|руки|вены)",
  "(?:себе|себя) (?:\\w+ |[а-яіе]+ )?(?:вбити|убити|убить|різати|ріжу|порізати|порізал|порізав|режу|калічу)",
  "(?:порізал|порізав|ріжу|різал|різав)\\S* (?:себе|собі|вени|руки)",
  "(?:покінч|покончи)\\S* (?:з |із |с |со |життя)",
  "не (?:хочу|хочеться|хочется|можу|маю сил) (?:більше |вже |больше |далі |уже )?(?:жити|жить|існувати|" +
    "прокидатися|просыпаться|бути тут)",
  "(?:більше|вже) не (?:хочу|хочеться|маю сил) (?:жити|існувати)",
  "UK_WANT (?:\\S+ )?(?:UK_DIE|помереть|умереть|сдохнуть|здохнути|здохти|зникнути|исчезнуть|повіситис|" +
    "повіситься|втопитис|зарізатис)",
  "(?:краще|лучше) (?:б )?(?:б |бы )?(?:я |мені )?(?:\\S+ )?(?:помер|вмер|умер|померла|вмерти|померти)",
  "(?:сенсу|сил|бажання|смысла|навіщо) (?:\\S+ )?(?:жити|жить)|жити (?:\\S+ )?(?:немає|нема) (?:сенсу|сил)",
  "(?:набридло|втомил\\S+|устал\\S*|надоело) жит",
  "(?:повішус|повешус|накласти на себе руки|вкоротити собі віку)",
  "(?:заподія\\S+|завдаю|завдав\\S*) собі|собі (?:\\S+ )?(?:боляче|шкод|заподія|біль )",
  "без мене (?:\\S+ ){0,2}краще|краще без мене",
  "(?:стрибнути|кинутис\\S*) (?:(?:з|із) (?:мост|дах|вікн|балкон)|під )",
  "(?:випити|наковтатис\\S*|випил\\S*|наїстися) (?:\\S+ )?(?:таблет|пігул)",
  "UK_HIT\\S* ?(?:з |наді |над |до )?(?:мене|мені|мною|меня|мне|нас) ",
  "(?:мене|мені|мною|меня|нас) (?:\\S+ ){0,2}UK_HIT",
  "(?:мене|мені|меня) .?(?:чіпає|торкається)",
  "(?:з|по)?гвалт(?:ув|ує|ован)|насильств|изнасил",
  "боюся? (?:свого |моего |мого |своєї )?(?:батька|вітчима|чоловіка|тата|мами|матері|хлопця|йти додому|" +
    "іти додому|повертатися додому)",
  "піти з життя|(?:вбити|вбє|вб є|убє|уб є|убити) мене|мене (?:вб|уб) ?(?:є|ють|ити)",
  "(?:в|у) небезпеці|загроза життю",
];
