/* Words of danger in Dutch; how they are written: crisis_words.js. */

export const LISTS = {
  NL_ME: "(?:mezelf|mijzelf|me|mij|m n)",
  NL_PILLS: "(?:pil|pillen|medic\\w*|dafalgan|paracetamol|slaap\\w+|tablet\\w*|antidepres\\w*|xanax|doos|strip)",
  NL_BODY: "(?:pols(?:en)?|armen|arm|benen|been|dijen|aders?|huid|buik)",
  NL_WHO: "(?:hij|ze|zij|die|vader|moeder|pa|ma|papa|mama|man|vriend|broer|zus|oom|nonkel|opa|neef|leraar|trainer|ex)",
  NL_WANT: "(?:wil|wilt|wilde|wou|zou|kan|hoef|liever|verdien|moet|denk aan)",
  NL_HIT:
    "(?:sla(?:a[gt]t?|an|gt)|sloeg|schop(?:t|p?en)|stampt|klopt|mishandel|misbruik|bedreig|verkracht|aanrand|" +
    "wurgt|chanteert)",
};

export const DANGER = [
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
  "(?:voor|onder) (?:de|een) trein (?:te )?(?:spring|gooi|werp|lig)|spring\\w* (?:voor|onder|van) (?:de|" + "een|het) ",
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
  "(?:was|ware|had) (?:ik|k) (?:maar |nu |gewoon |toch )*(?:dood|nooit (?:geboren|bestaan))|" +
    "nooit geboren (?:was|ben|geweest)",
  "(?:slapen|inslapen) (?:[^ .]+ ){0,3}(?:nooit|niet) (?:meer )?wakker|nooit meer wakker|" +
    "voor altijd (?:weg|slapen)|weg zijn voor altijd",
  "verdien (?:het )?(?:niet )?(?:om )?(?:te leven|dood|te sterven|de dood)|" +
    "denk (?:[^ .]+ ){0,2}(?:aan de dood|aan doodgaan)",
  "(?:beter|liever) (?:gewoon )?dood |leven (?:niet meer aan|heeft geen zin|is zinloos)|haat (?:mijn|" +
    "het) leven|als ik (?:er niet meer|dood) ben",
  "geen reden (?:meer )?om te leven|(?:maak|ga) er (?:nu )?(?:een|n) einde? aan |einde? aan (?:te )?maken |" +
    "zie het niet meer zitten",
  "wereld (?:is|zou) (?:[^ .]+ )?beter zonder (?:mij|me)|afscheidsbrief|zelfmo|poging gedaan|(?:geprobeerd|" +
    "poging) (?:[^ .]+ )?(?:mezelf|mijzelf|zelfmo)",
  "(?:sn[iy]j?d?t?|snijden?|sneed|gesneden|kerft?|krast?|kerven|krassen|" +
    "kras) (?:[^ .]+ ){0,2}?(?:in )?(?:mijn|haar|zijn|de|me) NL_BODY ",
  "in (?:mijn|haar|zijn|me) NL_BODY (?:[^ .]+ )?(?:te )?(?:gesneden|snijden?|krassen|kerven|gekrast|" +
    "gekerfd)|heb (?:mezelf|me) (?:[^ .]+ ){0,2}gesneden",
  "(?:brand|verbrand|sla|doe|pijnig) (?:ik )?(?:mezelf|mijzelf) |hoofd tegen (?:de|een) muur|" +
    "mezelf (?:[^ .]+ )?(?:verbrand|dood|gesneden)",
  "(?:spring|gooi|werp|smijt|leg) (?:ik )?(?:me |mij |mezelf )?(?:voor|onder|van) (?:de|een|het) (?:trein|" +
    "brug|dak|balkon|raam|tram|metro|auto)",
  "(?:[^ .]+ )?NL_PILLS (?:[^ .]+ ){0,4}(?:geslikt|ingenomen|gepakt|doorgeslikt|slikken)|(?:geslikt|" +
    "ingenomen) (?:[^ .]+ )?NL_PILLS",
  "te ?veel (?:[^ .]+ )?NL_PILLS |(?:bleekwater|javel|gif) (?:ge)?dr[oi]nk|slik (?:alle|al|een|" +
    "te) (?:[^ .]+ )?NL_PILLS",
  "(?:vriend|vriendin|zus|broer|dochter|zoon|mama|papa|moeder|vader|ze|hij|zij) (?:doet|snijdt|verwondt|" +
    "krast|kerft|brandt|dreigt|probeert) (?:zich|zichzelf)",
  "zichzelf (?:te |iets )?(?:dood|snij|pijn|doden|verwond|van kant|aan|wat)|(?:mezelf|zichzelf|me|" +
    "mij) (?:aan (?:te )?)?(?:doden|ophang)",
  "(?:vriend|vriendin|zus|broer|dochter|zoon|ze|hij|zij|mama|papa) (?:snijdt|sneed) (?:zich |in (?:haar|" +
    "zijn) )|dat (?:hij|ze|zij) dood wil",
  "(?:geeft|gaf|gegeven|krijg|kreeg|heeft) (?:[^ .]+ ){0,3}?(?:vuistslag\\w*|klappen|een klap |slagen |" +
    "slaag |slaag thuis|stampen|schoppen)|krijg slaag",
  "NL_HIT (?:mijn|m n) (?:moeder|mama|zus|zusje|broer|broertje)|bij (?:de|mijn) keel|(?:geduwd|gooit|" +
    "gegooid|duwt) (?:[^ .]+ )?(?:van|tegen) (?:de|een) (?:trap|muur)",
  "(?:klopt|stampt|schopt|duwt|wurgt) (?:me|mij|ons) |trekt (?:me |mij )?(?:aan|bij) (?:mijn |m n )?haa?r|" +
    "dreigt (?:me|mij|mezelf|zichzelf|om)",
  "(?:vrees|bang) voor mijn leven|(?:durf|durfde) (?:[^ .]+ ){0,2}(?:naar huis|thuis)|mij (?:gaat |" +
    "wil )?(?:vermoorden|doden)|stalkt (?:me|mij)",
  "NL_WHO (?:zit|zat|komt|voelt|blijft) (?:altijd |soms |vaak )?aan (?:mij|me|mn|mijn (?:borst\\w*|billen|" +
    "benen|lichaam|lijf))",
  "NL_WHO (?:raakt|raakte|betast|bepotelt) (?:me|mij) (?:\\w+ )?(?:aan)|(?:raakt|raakte) (?:me|mij) aan |" +
    "betast (?:me|mij)",
  "(?:komt|kwam|kruipt) (?:[^ .]+ ){0,3}in (?:mijn|m n) (?:bed|kamer (?:. )?(?:s nachts|snachts))|" +
    "(?:s nachts|snachts) in (?:mijn|m n) (?:bed|kamer)",
  "(?:dwingt?|dwong|verplicht\\w*|gedwongen) (?:[^ .]+ ){0,5}(?:seks|sex|slapen|vrijen|te zoenen)|" +
    "NL_WHO heeft (?:me|mij) gedwongen",
  "wil seks en|tegen mijn zin (?:seks|aange)|seksueel (?:misbruik|geweld)|(?:slaag|slagen) (?:van|thuis)",
  "had mijn (?:moeder|mama|ma) (?:me|mij) (?:maar )?nooit|leven (?:echt |helemaal )?gehad|weg (?:van|" +
    "uit) (?:de|deze) wereld|(?:sta|zit) op (?:de|het|een) (?:brug|dak|rand|spoor|sporen)",
  "touw (?:klaar|gekocht|rond)|slik (?:ik )?(?:al|alle)|(?:strip|doos) (?:[^ .]+ )?(?:binnen|ingeslikt)|" +
    "tot (?:het bloedt|bloedens)|tegen (?:de|een) muur (?:geduwd|gegooid|geslagen|gesmeten)",
  "(?:sloot|sluit|sluiten) (?:me|mij) op|opgesloten (?:in|thuis)|hand (?:[^ .]+ )?(?:in|" +
    "onder) mijn (?:broek|slip|rok|onderbroek)|betast|mes (?:tegen|op|aan) (?:mijn|m n)|met een mes",
  "(?:zich|zichzelf) (?:ophang|verhang|te ophang|doodmak)",
];
