import { daysToMonthEnd, weekdayOf } from "./days";
import { median, medianSlope, robustSigma } from "./robust";

/** What is to be expected of a day, by its day number. */
export interface DailyModel {
  readonly basis: "seasonal" | "average";
  expectedOn(day: number): number;
}

const WEEK = 7;
/** Seasons and levels move: what was long ago says little. */
const HISTORY_DAYS = 30 * WEEK;
const SEASON_DAYS = 12 * WEEK;
const TREND_DAYS = 12 * WEEK;
const LEVEL_DAYS = 3 * WEEK;
const SEASONAL_FROM_DAYS = 3 * WEEK;
/** Above this share of days without spend there is no week to learn from, only a mean. */
const ZERO_SHARE_MAX = 0.45;
/** Invoices, closings and batch runs gather on the last days of a month. */
const MONTH_END_DAYS = 3;
const MONTH_ENDS_MIN = 2;
const OUTLIER_SIGMAS = 3;
/** Each day ahead trusts the trend a little less than the one before (damped trend: Gardner and McKenzie, 1985). */
const DAMPING = 0.96;
const FACTOR_FLOOR = 0.02;
const CALIBRATION_MAX = 1.3;
/** How many times its standard error a slope must be to be believed at all. */
const SHRINKAGE = 1;

/**
 * Learns level, trend, week and month end from amounts of consecutive days, the first of which is day number `firstOfAll`.
 * A multiplicative decomposition (ratio to a moving average; Hyndman and Athanasopoulos, Forecasting, 3rd ed., 3.4) with
 * medians in place of means, so that an outage or a burst leaves it where it was. Null without a single day.
 */
export function fitDaily(all: readonly number[], firstOfAll: number): DailyModel | null {
  if (all.length === 0) return null;
  const amounts = all.slice(-HISTORY_DAYS);
  const first = firstOfAll + all.length - amounts.length;
  const recent = amounts.slice(-TREND_DAYS);
  const zeros = recent.filter((amount) => amount <= 0).length;
  if (amounts.length < SEASONAL_FROM_DAYS || zeros > ZERO_SHARE_MAX * recent.length) return averageOf(amounts.slice(-4 * WEEK));
  const local = movingAverage(amounts);
  const week = weekdayFactors(amounts, local, first);
  const byWeekday = amounts.map((amount, index) => amount / (week[weekdayOf(first + index)] as number));
  const monthEnd = monthEndFactors(byWeekday, first);
  const factorOn = (day: number) => (week[weekdayOf(day)] as number) * (monthEnd[daysToMonthEnd(day)] ?? 1);
  const even = withoutOutliers(amounts.map((amount, index) => amount / factorOn(first + index)).slice(-TREND_DAYS));
  const last = first + amounts.length - 1;
  const line = levelAndTrend(even);
  const calibration = calibrationOf(even, line);
  const { level, slope } = { level: line.level * calibration, slope: line.slope * calibration };
  const expectedOn = (day: number) => {
    const ahead = Math.max(0, day - last);
    const drift = (slope * DAMPING * (1 - DAMPING ** ahead)) / (1 - DAMPING);
    return Math.max(0, level + drift) * factorOn(day);
  };
  return { basis: "seasonal", expectedOn };
}

function averageOf(amounts: readonly number[]): DailyModel {
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
  return { basis: "average", expectedOn: () => mean };
}

/** Over a week around each day, so that every weekday is in it once; NaN where there is no whole week. */
function movingAverage(amounts: readonly number[]): number[] {
  const half = WEEK >> 1;
  return amounts.map((_, index) => {
    if (index < half || index + half >= amounts.length) return Number.NaN;
    return amounts.slice(index - half, index + half + 1).reduce((sum, amount) => sum + amount, 0) / WEEK;
  });
}

/** How much of an average day each weekday takes, their mean being 1; 0 is Sunday. */
function weekdayFactors(amounts: readonly number[], local: readonly number[], first: number): number[] {
  const ratios: number[][] = Array.from({ length: WEEK }, () => []);
  for (let index = Math.max(0, amounts.length - SEASON_DAYS); index < amounts.length; index++) {
    const average = local[index] as number;
    if (average > 0 && daysToMonthEnd(first + index) >= MONTH_END_DAYS) ratios[weekdayOf(first + index)]?.push((amounts[index] as number) / average);
  }
  const factors = ratios.map((of) => (of.length === 0 ? 1 : Math.max(FACTOR_FLOOR, median(of))));
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / WEEK;
  return factors.map((factor) => factor / mean);
}

/** By days to the month's end; empty until there were enough of them to tell a habit from an accident. */
function monthEndFactors(byWeekday: readonly number[], first: number): number[] {
  const ratios: number[][] = Array.from({ length: MONTH_END_DAYS }, () => []);
  byWeekday.forEach((amount, index) => {
    const left = daysToMonthEnd(first + index);
    if (left >= MONTH_END_DAYS) return;
    const around = byWeekday.slice(Math.max(0, index - LEVEL_DAYS), index).filter((_, before) => daysToMonthEnd(first + Math.max(0, index - LEVEL_DAYS) + before) >= MONTH_END_DAYS);
    const usual = around.length >= WEEK ? median(around) : 0;
    if (usual > 0) ratios[left]?.push(amount / usual);
  });
  const enough = ratios.every((of) => of.length >= MONTH_ENDS_MIN);
  if (!enough) return [];
  // Drawn towards 1, the more the fewer there were.
  return ratios.map((of) => 1 + (median(of) - 1) * (of.length / (of.length + 1)));
}

/** Outages and bursts are brought to the edge of what was usual. */
function withoutOutliers(values: readonly number[]): number[] {
  const middle = median(values);
  const reach = Math.max(OUTLIER_SIGMAS * robustSigma(values, middle), middle * 0.1);
  return values.map((value) => Math.min(Math.max(value, middle - reach), middle + reach));
}

/** Medians lie below the mean where now and then a day takes much more: what the line was off by over all its days. */
function calibrationOf(values: readonly number[], { level, slope }: { level: number; slope: number }): number {
  const said = values.reduce((sum, _, index) => sum + Math.max(0, level - slope * (values.length - 1 - index)), 0);
  const was = values.reduce((sum, value) => sum + value, 0);
  return said > 0 ? Math.min(Math.max(was / said, 1 / CALIBRATION_MAX), CALIBRATION_MAX) : 1;
}

/**
 * Where the line through the values stands on the last day, and how much it rises in a day. A slope that chance alone could
 * have made is drawn towards none, by how uncertain it is: its standard error by the scatter around the line (James and Stein, 1961).
 */
function levelAndTrend(values: readonly number[]): { level: number; slope: number } {
  const found = medianSlope(values);
  const scatter = robustSigma(values.map((value, index) => value - found * index));
  const error = scatter * Math.sqrt(12 / values.length ** 3);
  const slope = found === 0 ? 0 : found * Math.max(0, 1 - SHRINKAGE * (error / found) ** 2);
  const recent = values.slice(-LEVEL_DAYS);
  const level = mean(recent.map((value, index) => value + slope * (recent.length - 1 - index)));
  return { level, slope };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
