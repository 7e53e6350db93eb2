/**
 * Finds words and phrases of a fixed vocabulary in one pass over a text, in time linear in its length: there is no
 * pattern that could backtrack. Text and vocabulary are compared in lower case, on word boundaries.
 */
export class TermIndex<T> {
  /** Phrases by their first word, longest first. */
  private readonly byFirstWord = new Map<string, { readonly words: readonly string[]; readonly value: T }[]>();

  constructor(entries: Iterable<readonly [phrase: string, value: T]>) {
    for (const [phrase, value] of entries) {
      const words = wordsOf(phrase);
      const first = words[0];
      if (first === undefined) continue;
      const phrases = this.byFirstWord.get(first) ?? [];
      phrases.push({ words, value });
      phrases.sort((a, b) => b.words.length - a.words.length);
      this.byFirstWord.set(first, phrases);
    }
  }

  /** Calls `visit` for every term found, with its offsets in characters. Phrases may overlap. */
  scan(text: string, visit: (value: T, start: number, end: number) => void): void {
    const { words, starts } = tokenize(text);
    for (let at = 0; at < words.length; at++) {
      const phrases = this.byFirstWord.get(words[at]!);
      if (phrases === undefined) continue;
      for (const phrase of phrases) {
        if (!matchesAt(words, at, phrase.words)) continue;
        const last = at + phrase.words.length - 1;
        visit(phrase.value, starts[at]!, starts[last]! + words[last]!.length);
      }
    }
  }
}

const WORD = /[\p{L}\p{N}]+/gu;

const wordsOf = (text: string): string[] => text.toLowerCase().match(WORD) ?? [];

function tokenize(text: string): { words: string[]; starts: number[] } {
  const lower = text.toLowerCase();
  const words: string[] = [];
  const starts: number[] = [];
  WORD.lastIndex = 0;
  for (let match = WORD.exec(lower); match !== null; match = WORD.exec(lower)) {
    words.push(match[0]);
    starts.push(match.index);
  }
  return { words, starts };
}

function matchesAt(words: readonly string[], at: number, phrase: readonly string[]): boolean {
  for (let i = 1; i < phrase.length; i++) if (words[at + i] !== phrase[i]) return false;
  return true;
}
