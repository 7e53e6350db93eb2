import type { Words } from "./words";

/** The most frequent function words, folded; enough to tell these languages apart in a sentence or two. */
const STOP_WORDS: Readonly<Record<string, string>> = {
  en: "the and of to is in that for with this are what please how was it from or which you our my a an do does not be have has we by at as on who when why can should give me all into against versus where but not they their there",
  de: "der die das und ist nicht mit fur ein eine einen einem auf zu bitte wie den dem des im ich sie wir aus von was welche er bei nach wird sind oder zum zur uber ihre uns meine mein kein keine noch fasse funf wo",
  fr: "le la les et est des une pour dans que avec sur ce du un au aux qui en pas cette nous de son sa ses ou se il elle ne plus par quelle quel votre notre c l d qu",
  es: "el la los las y es una para con por del en este como un se de su al lo mas esta que cuando donde quien cual nuestro nuestra le ha son o sus sin sobre a paso si",
  it: "il lo la gli le e di che un una per con non del della nel sono da come alla",
  pt: "o a os as e de que um uma para com nao do da em por no na dos das ao",
  nl: "de het een en van is dat op te in met voor niet zijn aan er ook deze",
};

const LANGUAGES = Object.keys(STOP_WORDS);

/** For each stop word, the languages that have it. */
const BY_WORD = new Map<string, number[]>();
LANGUAGES.forEach((language, number) => {
  for (const word of STOP_WORDS[language]!.split(" ")) BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), number]);
});

/** Writing systems of other languages, by a character that occurs in them. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Hiragana}|\p{Script=Katakana}/u, "ja"],
  [/\p{Script=Hangul}/u, "ko"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Cyrillic}/u, "ru"],
  [/\p{Script=Greek}/u, "el"],
  [/\p{Script=Arabic}/u, "ar"],
  [/\p{Script=Hebrew}/u, "he"],
];

/** Characters that hardly any of the other languages has. */
const SPANISH = /[¿¡ñ]/;
const GERMAN = /[ßäöü]/;

const SAMPLE_WORDS = 120;
const SAMPLE_CHARS = 600;
const NOT_LATIN = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/** ISO 639-1 of the text's language, from a sample of its start; `und` when nothing speaks for one. */
export function languageOf({ text, folded }: Words): string {
  const sample = text.slice(0, SAMPLE_CHARS);
  if (NOT_LATIN.test(sample)) {
    const script = SCRIPTS.find(([pattern]) => pattern.test(sample));
    if (script) return script[1];
  }
  const hits = new Float64Array(LANGUAGES.length);
  for (let at = 0; at < folded.length && at < SAMPLE_WORDS; at++) {
    const languages = BY_WORD.get(folded[at]!);
    // A word that languages share says less for each of them.
    if (languages !== undefined) for (const language of languages) hits[language]! += 1 / languages.length;
  }
  if (SPANISH.test(sample)) hits[LANGUAGES.indexOf("es")]! += 1;
  if (GERMAN.test(sample)) hits[LANGUAGES.indexOf("de")]! += 0.5;
  let best = -1;
  for (let language = 0; language < hits.length; language++) if (hits[language]! > (best === -1 ? 0 : hits[best]!)) best = language;
  return best === -1 ? "und" : LANGUAGES[best]!;
}
