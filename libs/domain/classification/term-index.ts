import { Words } from "./words";

interface Phrase<T> {
  /** Folded words; one that ends in `*` stands for every word that begins so, `*itis` for every word that ends so. */
  readonly words: readonly string[];
  readonly value: T;
}

/** Letters of a stem or ending that the index looks up; a phrase's first word with `*` has at least as many. */
const STEM_KEY_CHARS = 4;

/**
 * Finds words and phrases of a fixed vocabulary in one pass over a text, in time linear in its length: there is no
 * pattern that could backtrack. Words are compared folded (words.ts); `vertrag*` also
 * finds Vertragsverhandlung, and `*itis`, which must stand alone, finds Bronchitis.
 */
export class TermIndex<T> {
  /** Phrases by their whole first word, longest first. */
  private readonly byWord = new Map<string, Phrase<T>[]>();
  /** Phrases whose first word is a stem, by its first letters. */
  private readonly byStem = new Map<string, Phrase<T>[]>();
  /** Endings, by their last letters. */
  private readonly byEnding = new Map<string, Phrase<T>[]>();

  constructor(entries: Iterable<readonly [phrase: string, value: T]>) {
    for (const [phrase, value] of entries) {
      const words = phrase.split(" ").flatMap(foldedParts);
      const first = words[0];
      if (first === undefined) continue;
      const [table, key] = this.placeOf(first);
      const phrases = table.get(key) ?? [];
      phrases.push({ words, value });
      phrases.sort((a, b) => b.words.length - a.words.length);
      table.set(key, phrases);
    }
  }

  private placeOf(first: string): [Map<string, Phrase<T>[]>, key: string] {
    if (!first.includes("*")) return [this.byWord, first];
    if (first.length <= STEM_KEY_CHARS) throw new Error(`stem \`${first}\`: expected at least ${STEM_KEY_CHARS} letters`);
    return first.startsWith("*") ? [this.byEnding, first.slice(-STEM_KEY_CHARS)] : [this.byStem, first.slice(0, STEM_KEY_CHARS)];
  }

  /** Calls `visit` for every term found, in order of its first word, with the numbers of its first and last word. Terms may overlap. */
  scan({ folded, count }: Words, visit: (value: T, first: number, last: number) => void): void {
    for (let at = 0; at < count; at++) {
      const word = folded[at]!;
      if (word === "") continue;
      const whole = this.byWord.get(word);
      if (whole !== undefined) visitAll(whole, folded, at, visit);
      if (word.length < STEM_KEY_CHARS) continue;
      const stems = this.byStem.get(word.slice(0, STEM_KEY_CHARS));
      if (stems !== undefined) visitAll(stems, folded, at, visit);
      if (this.byEnding.size === 0 || word.length <= STEM_KEY_CHARS) continue;
      const endings = this.byEnding.get(word.slice(-STEM_KEY_CHARS));
      if (endings !== undefined) visitAll(endings, folded, at, visit);
    }
  }
}

function visitAll<T>(phrases: readonly Phrase<T>[], folded: readonly string[], at: number, visit: (value: T, first: number, last: number) => void): void {
  for (const { words, value } of phrases) if (matchesAt(folded, at, words)) visit(value, at, at + words.length - 1);
}

function matchesAt(folded: readonly string[], at: number, words: readonly string[]): boolean {
  for (let i = 0; i < words.length; i++) {
    const word = folded[at + i];
    const wanted = words[i]!;
    if (word === undefined) return false;
    if (!matches(word, wanted)) return false;
  }
  return true;
}

function matches(word: string, wanted: string): boolean {
  if (wanted.endsWith("*")) return word.startsWith(wanted.slice(0, -1));
  return wanted.startsWith("*") ? word.endsWith(wanted.slice(1)) : word === wanted;
}

/** The words of a phrase's part as a text would be cut; a `*` stays with the last. */
function foldedParts(part: string): string[] {
  if (part.startsWith("*")) return [`*${new Words(part.slice(1)).folded[0]}`];
  const stem = part.endsWith("*");
  const { folded } = new Words(stem ? part.slice(0, -1) : part);
  return stem ? [...folded.slice(0, -1), `${folded.at(-1)}*`] : [...folded];
}
