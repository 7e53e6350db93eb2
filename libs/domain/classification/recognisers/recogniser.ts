import type { RiskClass } from "@leverframe/events";
import type { Words } from "../words";

/** Finds one kind of structured identifier at a word of a certain shape. */
export interface Recogniser {
  readonly name: string;
  readonly signal: string;
  readonly riskClass: RiskClass;
  /** 0..1 */
  readonly confidence: number;
  /**
   * Shapes of the word at which a hit begins: `D4` is four digits, `L1` one letter, `M9` nine letters and digits; `D4-`
   * must be followed by a hyphen. A narrow shape keeps patterns from being tried at every number.
   */
  readonly starts: readonly string[];
  /** Sticky; tried at the word's start. Separators are never line breaks: a further line takes no hit away (I7). */
  readonly pattern: RegExp;
  /** Checksum or range, over the hit without separators in upper case. */
  readonly accepts?: (compact: string) => boolean;
  /** Words of which one must stand near the hit, folded; absent: the identifier speaks for itself. */
  readonly context?: Context;
}

export interface Context {
  readonly words: ReadonlySet<string>;
  /** How many words before and after the hit are looked at. */
  readonly before: number;
  readonly after: number;
}

export const context = (words: string, before = 10, after = 4): Context => ({ words: new Set(words.split(" ")), before, after });

/** Shapes of one kind with every length of a range, such as M15 … M34. */
export const shapes = (kind: "D" | "L" | "M", from: number, to = from): readonly string[] => Array.from({ length: to - from + 1 }, (_, i) => `${kind}${from + i}`);

/** Whether a word of the context stands near the hit that spans from word `at` to the text offset `end`. */
export function hasContext({ folded, starts }: Words, at: number, end: number, { words, before, after }: Context): boolean {
  for (let i = at - 1; i >= 0 && i >= at - before; i--) if (words.has(folded[i]!)) return true;
  let next = at;
  while (next < starts.length && starts[next]! < end) next++;
  for (let i = next; i < folded.length && i < next + after; i++) if (words.has(folded[i]!)) return true;
  return false;
}
