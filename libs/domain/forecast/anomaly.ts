import { median, quantile, robustSigma } from "./robust";

/** What a scope spent in each whole hour, by hours since 1970-01-01T00:00Z; hours that are missing had no spend. */
export type HourlySpend = ReadonlyMap<number, number>;

export interface AnomalyOptions {
  /** How many robust standard deviations above the middle of its history an hour must be. */
  readonly scoreMin: number;
  /** An hour that is not this many times the middle is none, however steady the history. */
  readonly timesMin: number;
  /** In the unit of the account: what is less above the middle wakes nobody. */
  readonly amountMin: number;
}

export interface Anomaly {
  readonly hour: number;
  readonly observed: number;
  readonly expected: number;
  readonly expectedLow: number;
  readonly expectedHigh: number;
  /** Robust standard deviations above `expected`. */
  readonly score: number;
}

export const ANOMALY_DEFAULTS = { scoreMin: 6, timesMin: 2 } as const;

const WEEK_HOURS = 168;
const DAY_HOURS = 24;
const WEEKS_MAX = 8;
const SEASONAL_WEEKS_MIN = 3;
/** Of a young scope, the share of its busy hours that its usual peaks lie above. */
const PEAK_SHARE = 0.9;
const HISTORY_HOURS_MIN = 72;
/** A history without any variation would make a trifle infinitely unusual. */
const SIGMA_FLOOR = 0.2;

/**
 * Whether an hour's spend is unusual for this scope at this time of the week: the modified z-score of Iglewicz and Hoaglin
 * (How to Detect and Handle Outliers, 1993) on medians over the same weekday and hour of earlier weeks, so that neither Monday
 * morning nor the anomalies of the past move it. `observed` may be of an hour that is still running, since spend only rises.
 * With less than three weeks of history the peaks of the last days take the place of the median, with less than three days
 * nothing is said. Null: usual.
 */
export function anomalyIn(history: HourlySpend, hour: number, observed: number, options: AnomalyOptions): Anomaly | null {
  if (observed < options.amountMin) return null;
  const first = firstHourOf(history, hour);
  if (first === null || hour - first < HISTORY_HOURS_MIN) return null;
  const { samples, expected } = baselineOf(history, first, hour);
  const sigma = Math.max(robustSigma(samples, expected), SIGMA_FLOOR * expected, options.amountMin / options.scoreMin);
  const above = observed - expected;
  if (above < options.amountMin || above <= 0 || observed < options.timesMin * expected) return null;
  const score = sigma === 0 ? Number.MAX_SAFE_INTEGER : above / sigma;
  if (score < options.scoreMin) return null;
  const reach = options.scoreMin * sigma;
  return { hour, observed, expected, expectedLow: Math.max(0, expected - reach), expectedHigh: expected + reach, score };
}

interface Baseline {
  readonly samples: readonly number[];
  readonly expected: number;
}

function baselineOf(history: HourlySpend, first: number, hour: number): Baseline {
  const weeks = Math.min(WEEKS_MAX, Math.floor((hour - first) / WEEK_HOURS));
  if (weeks >= SEASONAL_WEEKS_MIN) {
    const samples = Array.from({ length: weeks }, (_, back) => peakAround(history, hour - (back + 1) * WEEK_HOURS));
    return { samples, expected: median(samples) };
  }
  const recent = Array.from({ length: Math.min(hour - first, 7 * DAY_HOURS) }, (_, back) => history.get(hour - 1 - back) ?? 0);
  const busy = recent.filter((amount) => amount > 0);
  return busy.length === 0 ? { samples: [0], expected: 0 } : { samples: busy, expected: quantile(busy, PEAK_SHARE) };
}

/** The most of an hour and its neighbours: work that begins a little earlier, and DST, are no anomalies. */
const peakAround = (history: HourlySpend, hour: number): number => Math.max(...[-1, 0, 1].map((off) => history.get(hour + off) ?? 0));

function firstHourOf(history: HourlySpend, before: number): number | null {
  let first: number | null = null;
  for (const [hour, amount] of history) if (amount > 0 && hour < before && (first === null || hour < first)) first = hour;
  return first;
}
