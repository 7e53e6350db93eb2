import { fold } from "./fold";

/** What a word is made of. */
export const LETTERS = 1;
export const DIGITS = 2;
export const MIXED = 3;

const OTHER = 0;
const LOWER = 1;
const DIGIT = 2;
const UPPER = 3;
/** A letter beyond ASCII, or a mark or invisible character that stands within words. */
const FOREIGN = 4;

const WORD_CHARACTER = /[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d\u2060\ufeff]/u;

/** The class of each UTF-16 unit; surrogates count as letters, since what they encode is a letter or stands alone. */
const CLASSES = Uint8Array.from({ length: 0x1_0000 }, (_, code) => {
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (code >= 0x61 && code <= 0x7a) return LOWER;
  if (code >= 0x41 && code <= 0x5a) return UPPER;
  if (code < 0x80) return OTHER;
  if (code >= 0xd800 && code <= 0xdfff) return FOREIGN;
  return WORD_CHARACTER.test(String.fromCharCode(code)) ? FOREIGN : OTHER;
});

/** Words longer than this are not spelled out: no term or name of a field is. */
const SPELLED_CHARS_MAX = 48;

/**
 * A text cut into words once, in time linear in its length; whatever looks for words or numbers reads it from here.
 * Spans are offsets in the text as it stands: a change of length by lower-casing (İ) cannot move them.
 */
export class Words {
  /** Offset of each word's first character. */
  readonly starts: number[] = [];
  /** Offset after each word's last character. */
  readonly ends: number[] = [];
  /** LETTERS, DIGITS or MIXED. */
  readonly kinds: number[] = [];
  /** Each word in lower case without accents; empty for numbers and for what is too long to be a word. */
  readonly folded: string[] = [];

  constructor(
    readonly text: string,
    charactersMax = text.length,
  ) {
    const length = Math.min(text.length, charactersMax);
    for (let at = 0; at < length; at++) {
      let kind = CLASSES[text.charCodeAt(at)]!;
      if (kind === OTHER) continue;
      const start = at;
      let seen = 0;
      do {
        seen |= 1 << kind;
        kind = ++at < length ? CLASSES[text.charCodeAt(at)]! : OTHER;
      } while (kind !== OTHER);
      this.add(start, at, seen);
    }
  }

  get count(): number {
    return this.starts.length;
  }

  private add(start: number, end: number, seen: number): void {
    const hasDigits = (seen & (1 << DIGIT)) !== 0;
    const kind = hasDigits ? (seen === 1 << DIGIT ? DIGITS : MIXED) : LETTERS;
    this.starts.push(start);
    this.ends.push(end);
    this.kinds.push(kind);
    this.folded.push(kind === DIGITS || end - start > SPELLED_CHARS_MAX ? "" : this.spell(start, end, seen));
  }

  private spell(start: number, end: number, seen: number): string {
    const word = this.text.slice(start, end);
    if ((seen & (1 << FOREIGN)) !== 0) return fold(word);
    return (seen & (1 << UPPER)) === 0 ? word : word.toLowerCase();
  }
}
