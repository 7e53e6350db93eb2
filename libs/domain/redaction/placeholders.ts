import type { Redactable } from "@leverframe/permit";
import type { Span } from "./spans";

/** What was taken out, by what stands there instead. */
export interface Replaced {
  readonly value: string;
  readonly kind: Redactable;
}

/** Every placeholder that this room writes, or that somebody wrote to look like one. */
export const PLACEHOLDER = /\[(?:[A-Z]+_?\d{1,6}|[a-z]{1,3})\]/g;

/**
 * How much a placeholder tells: `[EMAIL_1]`, `[E1]`, or `[a]`, which is no longer than the shortest identifier. A smaller
 * one is taken only where the prompt would else become longer than it was.
 */
export const SIZES = ["telling", "short", "least"] as const;
export type Size = (typeof SIZES)[number];

/** Gives each different value a placeholder of its own, counted for each label. */
export class Placeholders {
  readonly replaced = new Map<string, Replaced>();
  readonly #byValue = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #taken: ReadonlySet<string>;

  /** What already stands in `text` like a placeholder is not given again: it would come back as somebody's address. */
  constructor(
    text: string,
    private readonly size: Size,
  ) {
    this.#taken = new Set(text.match(PLACEHOLDER));
  }

  of(value: string, { kind, label }: Span): string {
    const word = this.size === "telling" ? label.long : this.size === "short" ? label.short : "";
    const key = `${word} ${value}`;
    const known = this.#byValue.get(key);
    if (known !== undefined) return known;
    const placeholder = this.#next(word);
    this.#byValue.set(key, placeholder);
    this.replaced.set(placeholder, { value, kind });
    return placeholder;
  }

  #next(word: string): string {
    for (let count = (this.#counts.get(word) ?? 0) + 1; ; count++) {
      const placeholder = this.size === "telling" ? `[${word}_${count}]` : this.size === "short" ? `[${word}${count}]` : `[${lettersOf(count)}]`;
      this.#counts.set(word, count);
      if (!this.#taken.has(placeholder)) return placeholder;
    }
  }
}

/** Without x: `[x]` is a ticked box. */
const LETTERS = "abcdefghijklmnopqrstuvwyz";

function lettersOf(count: number): string {
  let letters = "";
  for (let rest = count; rest > 0; rest = Math.floor((rest - 1) / LETTERS.length)) letters = LETTERS[(rest - 1) % LETTERS.length] + letters;
  return letters;
}
