import type { HourOfSpend } from "@leverframe/analytics";
import type { BudgetStatus } from "@leverframe/events";
import { type Anomaly, anomalyIn } from "@leverframe/forecast";
import { type AnomalyTerms, scopeFits } from "@leverframe/policy";

const HOUR_MICROS = 3_600_000_000;
/** What a verdict looks back on, and a day more. */
export const HISTORY_HOURS = 8 * 168 + 24;
/** Entries may be stored a little late: these hours are read again. */
const REREAD_HOURS = 2;
/** After a time without analytics: what is older is no news. */
const CATCH_UP_HOURS = 24;
/** A history takes some 10 KB; beyond this many scopes the pattern is too wide. */
export const SERIES_MAX = 10_000;

export interface AnomalyLookOptions {
  readonly spendSince: (fromMicros: number, scopes: readonly string[]) => Promise<readonly HourOfSpend[]>;
  /** Told once for each time that there are more scopes than can be looked at. */
  readonly onTooMany: (scopes: number) => void;
}

/** Spend of each scope by hour, kept between looks: only the newest hours are asked for again. In dollars alone. */
export class AnomalyLook {
  readonly #series = new Map<string, Map<number, number>>();
  #readTo: number | null = null;
  #terms = "";

  constructor(private readonly options: AnomalyLookOptions) {}

  /** An event for each scope and hour since the last look that is unusual, the running one included. An hour is told again only when it has doubled. */
  async look(terms: AnomalyTerms, nowMicros: number): Promise<readonly BudgetStatus[]> {
    const hour = Math.floor(nowMicros / HOUR_MICROS);
    const first = Math.max(hour - CATCH_UP_HOURS, Math.min(this.#readTo ?? hour, hour - 1));
    await this.#read(terms, hour);
    const hours = Array.from({ length: hour - first + 1 }, (_, index) => first + index);
    const options = { scoreMin: terms.scoreMin, timesMin: terms.timesMin, amountMin: terms.microUsdMin };
    return [...this.#series].flatMap(([scope, history]) =>
      hours.flatMap((at) => {
        const anomaly = anomalyIn(history, at, history.get(at) ?? 0, options);
        return anomaly === null ? [] : [statusOf(scope, anomaly)];
      }),
    );
  }

  async #read(terms: AnomalyTerms, hour: number): Promise<void> {
    const asked = JSON.stringify(terms.scopes);
    if (asked !== this.#terms) this.#forget(asked);
    const from = this.#readTo === null ? hour - HISTORY_HOURS : this.#readTo - REREAD_HOURS;
    const rows = await this.options.spendSince(from * HOUR_MICROS, terms.scopes);
    for (const history of this.#series.values()) for (let at = from; at <= hour; at++) history.delete(at);
    const beyond = new Set<string>();
    for (const { scope, unit, hourMicros, amount } of rows) {
      if (unit !== "usd" || !scopeFits(terms.scopes, scope)) continue;
      const history = this.#historyOf(scope);
      if (history === null) beyond.add(scope);
      else history.set(hourMicros / HOUR_MICROS, amount);
    }
    if (beyond.size > 0) this.options.onTooMany(SERIES_MAX + beyond.size);
    this.#dropBefore(hour - HISTORY_HOURS);
    this.#readTo = hour;
  }

  #historyOf(scope: string): Map<number, number> | null {
    const known = this.#series.get(scope);
    if (known) return known;
    if (this.#series.size >= SERIES_MAX) return null;
    const history = new Map<number, number>();
    this.#series.set(scope, history);
    return history;
  }

  #dropBefore(first: number): void {
    for (const [scope, history] of this.#series) {
      for (const hour of history.keys()) if (hour < first) history.delete(hour);
      if (history.size === 0) this.#series.delete(scope);
    }
  }

  #forget(asked: string): void {
    this.#series.clear();
    this.#readTo = null;
    this.#terms = asked;
  }
}

function statusOf(scope: string, { hour, observed, expectedLow, expectedHigh }: Anomaly): BudgetStatus {
  const window = new Date((hour * HOUR_MICROS) / 1_000).toISOString().slice(0, "2026-11-21T08".length);
  // Told again when it has doubled: the first alarm of a night may be a small one.
  const doublings = Math.max(0, Math.floor(Math.log2(observed / Math.max(1, expectedHigh))));
  return {
    eventId: `${scope}.anomaly.${window}.${doublings}`,
    scope,
    window,
    capMicroUsd: 0,
    reservedMicroUsd: 0,
    settledMicroUsd: observed,
    band: "ok",
    thresholdPercent: 0,
    at: hour * HOUR_MICROS,
    kind: "anomaly",
    unit: "usd",
    cap: 0,
    reserved: 0,
    settled: observed,
    observed,
    expectedLow: Math.round(expectedLow),
    expectedHigh: Math.round(expectedHigh),
    exhaustedAt: null,
  };
}
