import { combine, hash32 } from "./random";

/** Bounds the memory of a long run; what is forgotten starts anew. */
const REMEMBERED_MAX = 500_000;

/** What the provider remembers of earlier calls: how often a prompt came, and which prefixes its prompt cache holds. */
export class Recurrence {
  private readonly counts = new Map<number, number>();
  private readonly prefixes = new Set<number>();

  /** How many calls with this word came before. */
  count(word: number): number {
    const before = this.counts.get(word) ?? 0;
    if (this.counts.size >= REMEMBERED_MAX) this.counts.clear();
    this.counts.set(word, before + 1);
    return before;
  }

  /** Whether the prefix is in the model's cache; it is from now on. */
  seenPrefix(model: string, text: string): boolean {
    const word = combine(hash32(model), hash32(text));
    if (this.prefixes.has(word)) return true;
    if (this.prefixes.size >= REMEMBERED_MAX) this.prefixes.clear();
    this.prefixes.add(word);
    return false;
  }

  clear(): void {
    this.counts.clear();
    this.prefixes.clear();
  }
}
