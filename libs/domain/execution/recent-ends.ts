import type { CallEnd } from "./call-end";
import type { KeptOutcome } from "./kept-outcome";

/** How a call ended that was made here: the store has it, or it could not be told yet. */
export type RecentEnd = { readonly kept: KeptOutcome } | { readonly untold: CallEnd };

const ENDS_MAX = 2_000;
const CHARACTERS_MAX = 32 * 1_024 * 1_024;

/**
 * The ends of the latest calls that were made here, by attempt. An event that comes again is answered from the store,
 * which keeps them for hours; but a store that is away cannot be told an end, and one that was lost and rebuilt from its
 * journal knows of no call. Who remembers makes neither a second call nor a guess. Bounded: the oldest are forgotten.
 */
export class RecentEnds {
  readonly #ends = new Map<string, RecentEnd>();
  #characters = 0;

  get(attemptId: string): RecentEnd | undefined {
    return this.#ends.get(attemptId);
  }

  remember(attemptId: string, end: RecentEnd): void {
    this.forget(attemptId);
    this.#ends.set(attemptId, end);
    this.#characters += charactersOf(end);
    for (const oldest of this.#ends.keys()) {
      if (this.#ends.size <= ENDS_MAX && this.#characters <= CHARACTERS_MAX) return;
      this.forget(oldest);
    }
  }

  forget(attemptId: string): void {
    const known = this.#ends.get(attemptId);
    if (!known) return;
    this.#characters -= charactersOf(known);
    this.#ends.delete(attemptId);
  }
}

function charactersOf(end: RecentEnd): number {
  const { output } = "kept" in end ? end.kept : end.untold.kept;
  return (output?.text.length ?? 0) + (output?.toolCalls ?? []).reduce((sum, call) => sum + JSON.stringify(call).length, 0);
}
