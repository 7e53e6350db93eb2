import { TermIndex } from "./term-index";

/** The most frequent function words; enough to tell these four languages apart in a sentence or two. */
const STOP_WORDS: Readonly<Record<string, readonly string[]>> = {
  en: ["the", "and", "of", "to", "is", "in", "that", "for", "with", "this", "are", "what", "please", "how"],
  de: ["der", "die", "das", "und", "ist", "nicht", "mit", "für", "ein", "eine", "auf", "zu", "bitte", "wie", "den"],
  fr: ["le", "la", "les", "et", "est", "des", "une", "pour", "dans", "que", "avec", "sur", "ce", "du"],
  es: ["el", "los", "las", "y", "es", "una", "para", "con", "que", "por", "del", "en", "este", "cómo"],
};

/** Writing systems of other languages, by a character that occurs in them. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Hiragana}|\p{Script=Katakana}/u, "ja"],
  [/\p{Script=Hangul}/u, "ko"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Cyrillic}/u, "ru"],
  [/\p{Script=Arabic}/u, "ar"],
];

const SAMPLE_CHARS = 600;
const index = new TermIndex<string>(
  Object.entries(STOP_WORDS).flatMap(([language, words]) => words.map((word) => [word, language] as const)),
);
const NOT_LATIN = /[^\p{Script=Latin}\p{Script=Common}]/u;

/** ISO 639-1 of the text's language, from a sample of its start; `und` when nothing speaks for one. */
export function languageOf(text: string): string {
  const sample = text.slice(0, SAMPLE_CHARS);
  if (NOT_LATIN.test(sample)) {
    const script = SCRIPTS.find(([pattern]) => pattern.test(sample));
    if (script) return script[1];
  }
  const hits = new Map<string, number>();
  index.scan(sample, (language) => hits.set(language, (hits.get(language) ?? 0) + 1));
  let best = "und";
  for (const [language, count] of hits) if (count > (hits.get(best) ?? 0)) best = language;
  return best;
}
