import type { RiskClass } from "@leverframe/events";

/** What speaks for a risk: one idea alone, or two that stand near each other. */
export interface Evidence {
  /** Stands on the signal as `terms:<name>`, so that a reader can look it up here. */
  readonly name: string;
  readonly signal: string;
  readonly riskClass: RiskClass;
  /** 0..1 */
  readonly confidence: number;
  readonly of: readonly [idea: string] | readonly [idea: string, other: string];
}

/** The words of one kind of risk. An idea gathers what says the same in English, German, French and Spanish. */
export interface Theme {
  readonly ideas: Readonly<Record<string, readonly string[]>>;
  readonly evidence: readonly Evidence[];
  /** Phrases whose words mean something else (`margin of error`): nothing is found inside them. */
  readonly harmless: readonly string[];
}

/** A list of terms, parted by commas; `*` ends a stem. */
export const terms = (...lists: readonly string[]): string[] => lists.flatMap((list) => list.split(",").map((term) => term.trim())).filter((term) => term !== "");
