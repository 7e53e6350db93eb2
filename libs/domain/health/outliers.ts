import type { HealthTerms } from "./health-terms";

/** One deployment of a model, as its siblings are compared with it. */
export interface Sibling {
  readonly id: string;
  /** Out already: ejected, or its breaker is not closed. */
  readonly out: boolean;
  readonly samples: number;
  readonly failures: number;
  /** Moving average of its answers; null when there was none. */
  readonly latencyMicros: number | null;
}

/**
 * Which deployments of one model to leave out for a while, the worst first (after Envoy's outlier detection): those that
 * do worse than they should while a sibling does well. When all do badly none is an outlier, so none is ejected. Never
 * more than the share of all, what is out already included, and never the last one.
 */
export function outliers(siblings: readonly Sibling[], terms: HealthTerms): string[] {
  const { ejectedShareMax, samplesMin } = terms;
  const room = Math.min(Math.floor(siblings.length * ejectedShareMax), siblings.length - 1) - siblings.filter(({ out }) => out).length;
  if (room <= 0) return [];
  const judged = siblings.filter(({ out, samples }) => !out && samples >= samplesMin);
  const well = judged.filter((sibling) => rateOf(sibling) >= terms.successRateMin);
  if (well.length === 0) return [];
  const fastest = Math.min(...well.map(({ latencyMicros }) => latencyMicros ?? Infinity));
  const slowBound = Math.max(fastest * terms.latencyOutlierFactor, (terms.latencyMsMax * 1_000) / 2);
  const ill = judged.filter((sibling) => rateOf(sibling) < terms.successRateMin || (sibling.latencyMicros ?? 0) > slowBound);
  const worstFirst = ill.toSorted((a, b) => rateOf(a) - rateOf(b) || (b.latencyMicros ?? 0) - (a.latencyMicros ?? 0));
  // Whoever they are compared with stays, whatever the share allows.
  return worstFirst.slice(0, Math.min(room, judged.length - 1)).map(({ id }) => id);
}

const rateOf = ({ samples, failures }: Sibling): number => (samples - failures) / samples;
