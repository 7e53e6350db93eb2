import { type DailySpend, dayNumber, dayOf, forecastWindow } from "@leverframe/forecast";

/** One question about a month that is known by now. Errors are shares of what the month really took. */
export interface Trial {
  readonly dayOfMonth: number;
  readonly forecastError: number;
  readonly naiveError: number;
  readonly weekdayError: number;
  readonly inside: boolean;
  readonly intervalWidth: number;
  readonly micros: number;
}

/** Asked in the morning of these days. */
export const ASKED_ON: readonly number[] = [4, 8, 12, 16, 20, 25];

/** Asks in each of the months what it will end at, with the days before the question alone, and compares with how it ended. */
export function backTest(series: readonly DailySpend[], months: readonly string[]): Trial[] {
  return months.flatMap((month) => {
    const from = `${month}-01`;
    const next = dayOf(dayNumber(from) + 31).slice(0, 7);
    const to = dayOf(dayNumber(`${next}-01`) - 1);
    const actual = sum(series.filter(({ day }) => day >= from && day <= to));
    return ASKED_ON.map((dayOfMonth): Trial => {
      const today = dayOf(dayNumber(from) + dayOfMonth - 1);
      const known = series.filter(({ day }) => day < today);
      const startedAt = performance.now();
      const { projected, low, high } = forecastWindow({ spend: known, today, from, to, cap: null });
      const micros = (performance.now() - startedAt) * 1_000;
      const spent = sum(known.filter(({ day }) => day >= from));
      const naive = naiveLinear(spent, dayOfMonth - 1, dayNumber(to) - dayNumber(from) + 1);
      const weekdays = spent + weekdayMeans(known, dayNumber(today), dayNumber(to));
      return {
        dayOfMonth,
        forecastError: Math.abs(projected - actual) / actual,
        naiveError: Math.abs(naive - actual) / actual,
        weekdayError: Math.abs(weekdays - actual) / actual,
        inside: actual >= low && actual <= high,
        intervalWidth: (high - low) / actual,
        micros,
      };
    });
  });
}

/** What every spreadsheet does: so much until now, so much a day, so much at the end. */
const naiveLinear = (spent: number, daysOver: number, daysInMonth: number): number => (spent / daysOver) * daysInMonth;

/** What a better spreadsheet does: each day that is left takes the mean of this weekday over the last four weeks. */
function weekdayMeans(known: readonly DailySpend[], first: number, last: number): number {
  const amounts = new Map(known.map(({ day, amount }) => [dayNumber(day), amount]));
  let total = 0;
  for (let day = first; day <= last; day++) {
    const latest = day - 7 * Math.ceil((day - first + 1) / 7);
    total += [0, 1, 2, 3].reduce((of, back) => of + (amounts.get(latest - 7 * back) ?? 0), 0) / 4;
  }
  return total;
}

const sum = (days: readonly DailySpend[]): number => days.reduce((total, { amount }) => total + amount, 0);
