/**
 * By which phrases an answer breaks a policy, in English, German, French and Spanish. A list is no reading: it knows the
 * usual ways to say a thing, and leaves the others to a human review or a grading model. What is denied in the same
 * breath ("we do not guarantee") is not said. Patterns repeat nothing without a bound, so time is linear in the text.
 */
const NOUN = "(?:[\\p{L}-]{1,24} ){0,3}[\\p{L}-]{0,24}";
const ILLNESS =
  "(?:disease|disorder|syndrome|infection|cancer|diabetes|depression|pneumonia|asthma|arthritis|flu|fracture|tumou?r|anxiety|hypertension|krankheit|störung|syndrom|infektion|entzündung|krebs|depression|bruch|grippe|maladie|trouble|cancer|grippe|dépression|diabète|enfermedad|trastorno|síndrome|infección|cáncer|depresión|gripe)";

export const DIAGNOSES: readonly RegExp[] = [
  new RegExp(`\\byou (?:most likely |probably |likely |may |might |clearly )?(?:have|suffer from|are suffering from|have got) ${NOUN}${ILLNESS}`, "iu"),
  /\b(?:my|the (?:most likely |probable |likely )?) ?diagnosis (?:is|would be)\b(?! not)/iu,
  /\bi (?:hereby )?diagnose\b/iu,
  /\bthis (?:means|shows|confirms|indicates) (?:that )?you (?:have|suffer)\b/iu,
  new RegExp(`\\b(?:sie|du) (?:haben|hast|leiden|leidest) (?:wahrscheinlich |vermutlich |an |unter )?${NOUN}${ILLNESS}`, "iu"),
  /\b(?:meine|die (?:wahrscheinlichste )?) ?diagnose (?:lautet|ist)\b(?! nicht)/iu,
  /\bvous (?:souffrez|êtes atteint(?:e)?) (?:probablement )?d/iu,
  new RegExp(`\\bvous avez (?:probablement )?${NOUN}${ILLNESS}`, "iu"),
  /\b(?:mon|le) diagnostic (?:le plus probable )?est\b(?! pas)/iu,
  new RegExp(`(?<!\\bno )\\b(?:usted |tú )?(?:tiene|tienes|padece|padeces|sufre) (?:probablemente )?${NOUN}${ILLNESS}`, "iu"),
  /\b(?:mi|el) diagnóstico (?:más probable )?es\b/iu,
];

export const COMMITMENTS: readonly RegExp[] = [
  /\b(?:we|i) (?:hereby |can |will )?(?:guarantee|promise|commit to|warrant|undertake to)\b/iu,
  /\b(?:we|i)(?: will|['’]ll|['’]re going to| are going to) (?:fully |gladly |of course )?(?:refund|reimburse|compensate|replace|credit|waive|pay|cover the cost)/iu,
  /\b(?:is|are) (?:fully |hereby )?guaranteed\b/iu,
  /\byou (?:will|are going to) (?:receive|get) (?:a |an |the |your )?(?:full )?(?:refund|replacement|credit|compensation|discount)/iu,
  /\blegally binding\b/iu,
  /\b(?:wir|ich) (?:garantiere|verspreche|sichere|verpflichte|erstatte|ersetze)n?\b(?! (?:\p{L}{1,12} )?(?:nicht|keine))/iu,
  /\b(?:wir|ich) (?:werde|werden) (?:ihnen |den |die |das |ihre |ihren ){0,3}[\p{L}]{0,24} ?(?:erstatten|ersetzen|gutschreiben|übernehmen)/iu,
  /\b(?:ist|wird|sind|werden) (?:ihnen )?(?:garantiert|zugesichert|rechtsverbindlich)\b/iu,
  /\b(?:nous|je) (?:vous )?(?:garantissons|garantis|promettons|promets|rembourserons|rembourserai|remplacerons)\b/iu,
  /\b(?:nous nous engageons|je m['’]engage) à\b/iu,
  /(?<!\bno (?:le |les |lo |la )?)\b(?:garantizamos|prometemos|reembolsaremos|devolveremos|nos comprometemos|reemplazaremos)\b/iu,
];

export const SOURCES: readonly RegExp[] = [
  /\bhttps?:\/\/[^\s/]/iu,
  /\b10\.\d{4,9}\/\S/u,
  /\[\d{1,3}\]/u,
  /\(\p{Lu}[\p{L}'’-]{1,40}(?: (?:et al\.|(?:and|und|et|y|&) \p{Lu}[\p{L}'’-]{1,40}))?,? (?:19|20)\d{2}[a-z]?\)/u,
  /^\W{0,4}(?:sources?|references?|quellen?|literatur|références?|fuentes?|referencias?)\b/imu,
];

export const CLAUSES: readonly RegExp[] = [
  /§{1,2}\s?\d/u,
  /\b(?:[Cc]lause|[Ss]ection|[Aa]rticle|[Pp]aragraph|[Aa]nnex|[Ss]chedule|[Aa]ppendix|[Ee]xhibit)s?\s(?:\d|[IVXL]{1,6}\b|[A-Z]\b)/u,
  /\b(?:Artikel|Art\.|Abschnitt|Ziffer|Absatz|Abs\.|Klausel|Anlage|Anhang|Paragraf|Paragraph)s?\s(?:\d|[IVXL]{1,6}\b|[A-Z]\b)/u,
  /\b(?:[Aa]rticle|[Cc]lause|[Pp]aragraphe|[Aa]nnexe|[Aa]linéa|[Aa]rtículo|[Cc]láusula|[Ss]ección|[Aa]partado|[Aa]nexo)s?\s(?:\d|[IVXL]{1,6}\b|[A-Z]\b)/u,
];
