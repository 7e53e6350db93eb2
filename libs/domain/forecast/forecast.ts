import { type DailyModel, fitDaily } from "./daily-model";
import { type DailySpend, dayNumber, dayOf, everyDay } from "./days";
import { quantile } from "./robust";

export interface ForecastInput {
  /** Any number of days in any order, today's so far among them; days that are missing had no spend. Amounts in one unit. */
  readonly spend: readonly DailySpend[];
  /** `2026-11-21`; it is not over, so it teaches nothing. */
  readonly today: string;
  /** The window's first and last day. */
  readonly from: string;
  readonly to: string;
  /** Null: nothing to run out of. */
  readonly cap: number | null;
}

export interface Forecast {
  /** In the window so far. */
  readonly spent: number;
  /** At the window's end: in the middle, and the bounds within which it ends four times out of five. */
  readonly projected: number;
  readonly low: number;
  readonly high: number;
  /** What an average day of the next seven takes. */
  readonly burnPerDay: number;
  /** The day on which the cap is reached; null: not in this window, or there is no cap. */
  readonly exhaustedOn: string | null;
  /** `seasonal`: level, trend, weekdays and month ends; `average`: too little history, or too few days with spend; `none`: no history. */
  readonly basis: "seasonal" | "average" | "none";
  /** Whole days that it was learned from. */
  readonly historyDays: number;
}

/** Share of outcomes that are meant to lie between low and high. */
export const INTERVAL_SHARE = 0.8;
/** Instead of a tenth on each side: errors of windows that overlap are few in truth, and quantiles of few are too narrow. */
const TAIL_SHARE = 0.08;
const HISTORY_DAYS_MAX = 400;
/** Earlier days at which the same question is asked again, to see how wrong the answers were. */
const ORIGINS_MAX = 40;
const ORIGINS_MIN = 8;
const ORIGIN_HISTORY_DAYS_MIN = 28;
/** With hardly a history: from half to twice as much, which is honest about not knowing. */
const UNKNOWN_LOW = 0.5;
const UNKNOWN_HIGH = 2;

/**
 * What a window will have taken at its end. The bounds come from the model's own past: the same projection, made at up to
 * forty earlier days over as many days as are left now, and by what factor reality differed (quantiles of rolling-origin
 * errors: split conformal prediction, Vovk et al. 2005, without its guarantee, since origins overlap).
 */
export function forecastWindow({ spend, today, from, to, cap }: ForecastInput): Forecast {
  const now = dayNumber(today);
  const [begin, end] = [dayNumber(from), dayNumber(to)];
  const first = firstDayOf(spend, now);
  const history = first === null ? [] : everyDay(spend, first, now - 1);
  const spent = everyDay(spend, begin, Math.min(now, end)).reduce((sum, amount) => sum + amount, 0);
  const model = fitDaily(history, first ?? now);
  const left = Math.max(0, end - now + 1);
  const spentToday = everyDay(spend, now, now)[0] ?? 0;
  const days = model === null ? [] : expectedDays(model, now, left, spentToday);
  const rest = days.reduce((sum, amount) => sum + amount, 0);
  const [low, high] = model === null || left === 0 ? [1, 1] : boundsOf(history, first ?? now, left);
  return {
    spent,
    projected: spent + rest,
    low: spent + rest * low,
    high: spent + rest * high,
    burnPerDay: model === null ? 0 : mean(Array.from({ length: 7 }, (_, ahead) => model.expectedOn(now + ahead))),
    exhaustedOn: cap === null ? null : exhaustion(spent, days, cap, now),
    basis: model?.basis ?? "none",
    historyDays: history.length,
  };
}

/** Of the days from today on; of today what is still to come. */
function expectedDays(model: DailyModel, now: number, left: number, spentToday: number): number[] {
  return Array.from({ length: left }, (_, ahead) => {
    const expected = model.expectedOn(now + ahead);
    return ahead === 0 ? Math.max(0, expected - spentToday) : expected;
  });
}

function exhaustion(spent: number, days: readonly number[], cap: number, now: number): string | null {
  if (spent >= cap) return dayOf(now);
  let sum = spent;
  for (const [ahead, amount] of days.entries()) {
    sum += amount;
    if (sum >= cap) return dayOf(now + ahead);
  }
  return null;
}

/** Factors on what is left: the quantiles of what earlier projections over this many days were off by. */
function boundsOf(history: readonly number[], first: number, left: number): readonly [number, number] {
  const latest = history.length - left;
  const origins = latest - ORIGIN_HISTORY_DAYS_MIN + 1;
  const step = Math.max(1, Math.ceil(origins / ORIGINS_MAX));
  const ratios: number[] = [];
  for (let origin = latest; origin >= ORIGIN_HISTORY_DAYS_MIN; origin -= step) {
    const model = fitDaily(history.slice(0, origin), first);
    const expected = Array.from({ length: left }, (_, ahead) => model?.expectedOn(first + origin + ahead) ?? 0).reduce((sum, amount) => sum + amount, 0);
    const actual = history.slice(origin, origin + left).reduce((sum, amount) => sum + amount, 0);
    if (expected > 0) ratios.push(actual / expected);
  }
  if (ratios.length < ORIGINS_MIN) return [UNKNOWN_LOW, UNKNOWN_HIGH];
  return [Math.min(1, quantile(ratios, TAIL_SHARE)), Math.max(1, quantile(ratios, 1 - TAIL_SHARE))];
}

/** The day of the first spend, as far back as the model looks; null: none before today. */
function firstDayOf(spend: readonly DailySpend[], now: number): number | null {
  let first: number | null = null;
  for (const { day, amount } of spend) {
    const number = dayNumber(day);
    if (amount > 0 && number < now && (first === null || number < first)) first = number;
  }
  return first === null ? null : Math.max(first, now - HISTORY_DAYS_MAX);
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
