/* Words of danger in German; how they are written: crisis_words.js. */

export const LISTS = {
  DE_PILLS: "(?:tabletten|pillen|schlaf\\w+|medikament\\w*|paracetamol|ibuprofen|packung)",
  DE_WANT: "(?:will|wollte|mo?e?chte?|wunsche|wurde gern|kann|sollte|verdiene?|verdient|denke? (?:an|ans))",
  DE_HIT:
    "(?:schlagt|schlaegt|schlagen|schlug|geschlagen|haut|haute|gehauen|tritt|getreten|schubst|prugel\\w*|" +
    "verprugel\\w*|misshandel\\w*|missbrauch\\w*|bedroh\\w*|vergewaltig\\w*|wurg\\w*|gewurgt|begrabsch\\w*|" +
    "gestossen)",
};

export const DANGER = [
  "selbst(?:mord|verletz|t?otung|toetung)|sui[zc]id|lebensmude|lebensmuede|ritzen ",
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
  "(?:einschlafen|schlafen) (?:[^ .]+ ){0,2}(?:nie|nicht) (?:wieder|mehr) aufwach|fur immer (?:schlafen|" +
    "weg)|weg sein fur immer",
  "(?:nie|niemals|nicht) geboren|(?:verdien\\w*|soll\\w*|wollt\\w*) (?:[^ .]+ ){0,2}(?:sterben|zu sterben|" +
    "tot|den tod)|(?:ans|an das) sterben|an den tod",
  "(?:halte|ertrage|ertrag|halt|hasse) (?:das|mein|dieses) leben|leben (?:[^ .]+ )?(?:sinnlos|keinen sinn|" +
    "nicht mehr aus)|(?:bock|lust|kraft|grund) (?:mehr )?zu leben",
  "(?:mach\\w*|macht) schluss mit (?:allem|dem leben|meinem leben)|abschiedsbrief|ohne mich (?:ware|besser|" +
    "geht)|(?:tot|gestorben) bin ",
  "(?:wer|war|ware|sei|lieber|besser) (?:[^ .]+ )?tot (?:\\.|$)|nicht mehr (?:hier sein|da sein)|" +
    "selbst umbring|umzubringen|(?:ich|sich|mich) (?:[^ .]+ )?umbring",
  "(?:bring|bringe|bringt|brachte) (?:ich |er |sie )?(?:mich|sich|uns|dich) (?:[^ .]+ ){0,2}um (?!\\S+ (?:zur|zum|in|nach|uhr))",
  "(?:werf|spring|schmei|leg|sturz)\\w* (?:ich )?(?:mich )?(?:vor|unter) (?:den|einen|die|ne) (?:zug|bahn|" +
    "u bahn|s bahn|auto|lkw)",
  "spring\\w* (?:ich )?(?:[^ .]+ )?(?:vom|von (?:der|einer|einem|ner)|aus dem|aus m) (?:brucke|dach|" +
    "hochhaus|balkon|fenster|klippe)",
  "(?:aus dem fenster|von der brucke|vom dach|vom balkon) (?:zu )?(?:spring|sturz)",
  "(?:ritz|schneid|verletz|verbrenn|bestraf)\\w* (?:ich )?(?:mich|mir|sich) |(?:mich|sich) (?:selbst |" +
    "wieder |immer )?(?:geritzt|ritzt?|schneidet|verletzt)",
  "(?:schneid|ritz|geschnitten|aufgeschnitten|geritzt)\\w* (?:[^ .]+ ){0,2}(?:arme?n?|pulsadern|" +
    "handgelenk\\w*|beine)|pulsader|in (?:die|meine) arme (?:geschnitt|schneid|ritz)",
  "(?:tu|tue|fuge|fug) (?:ich )?mir (?:selbst |selber )?(?:weh|schmerzen|leid|was an|etwas an)|" +
    "mir (?:selbst |selber )?(?:weh|schmerzen) (?:zu|tun|zufug|getan)",
  "DE_PILLS (?:[^ .]+ ){0,2}(?:geschluckt|genommen|schlucken|eingenommen)|zu viele? DE_PILLS|" +
    "schluck\\w* (?:[^ .]+ ){0,2}DE_PILLS",
  "DE_HIT (?:meine|unsere|meinen) (?:mutter|mama|schwester|bruder)|(?:mir|" +
    "mich) (?:[^ .]+ ){0,3}(?:ins gesicht|gegen die wand|an den haaren|die treppe)",
  "DE_HIT (?:mich|mir|uns) |mich (?:[^ .]+ ){0,3}DE_HIT|angst um mein leben|(?:trau|" +
    "traue) (?:ich )?mich nicht (?:mehr )?(?:nach hause|heim|rein)",
  "(?:fasst|fasste|beruhrt|beruhrte|begrabscht|betatscht) (?:er |sie )?mich (?:[^ .]+ ){0,2}(?:an |\\.|$|" +
    "da|unten|uberall)|(?:hat|haben) mich (?:[^ .]+ ){0,2}(?:angefasst|beruhrt)",
  "(?:kommt|kam|legt sich) (?:[^ .]+ ){0,2}(?:nachts|in der nacht) (?:[^ .]+ )?(?:in|zu) (?:mein|mir)|" +
    "in mein bett",
  "(?:zwingt|zwang|gezwungen|notigt) (?:[^ .]+ ){0,4}(?:sex|schlafen|anzufassen|auszuzieh\\w+)|" +
    "zum sex (?:ge)?zw|sexuell (?:missbr|belast|genotigt)",
  "(?:freund|freundin|schwester|bruder|tochter|sohn|er|sie|mutter|vater) (?:[^ .]+ ){0,2}(?:will|wollte|" +
    "mochte) (?:[^ .]+ )?(?:sterben|nicht mehr leben|sich umbring|tot sein)|sterben will",
  "nicht mehr leben |(?:versucht|versuch) (?:[^ .]+ )?(?:mich|sich) (?:[^ .]+ )?(?:umzu|zu tot)|suizidver",
  "(?:strick|seil) (?:gekauft|bereit|besorgt|um)|(?:\\d+|alle|viele) DE_PILLS|blutig|bis es blutet|" +
    "mir (?:den|die|das) (?:arm|nase|rippe|finger|bein|zahn)\\w* gebroch|sperrt mich |eingesperrt",
  "hand (?:[^ .]+ )?in meine?[nr]? (?:hose|unterhose|slip|rock)|DE_HIT (?:mama|mutter|meine mutter)|" +
    "wenn es mich nicht (?:gabe|gibt|mehr)|(?:stehe?|sitze?) (?:[^ .]+ )?auf (?:der|dem|einer|" +
    "einem) (?:brucke|dach|gleis\\w*|hochhaus|bahngleis\\w*)",
  "kopf gegen (?:die|eine) wand|sich (?:aufhang|erhang|erschie|ertrank|umbring|vergift)|(?:schwester|" +
    "freundin|bruder|cousine|cousin|tochter|sie|er|freund) ritzt",
];
