/** What a scope spent on one local day, in the unit of its account. */
export interface DailySpend {
  /** `2026-11-21` */
  readonly day: string;
  readonly amount: number;
}

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4;

/** A calendar day as the number of days since 1970-01-01: dates of one calendar, so neither time zones nor DST matter. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);

export const dayOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

/** 0 is Sunday. */
export const weekdayOf = (number: number): number => (((number + EPOCH_WEEKDAY) % 7) + 7) % 7;

/** 0 on the last day of a month, 1 on the day before. */
export function daysToMonthEnd(number: number): number {
  const date = new Date(number * DAY_MS);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate();
}

/** One amount for each day from the first to the last: days without spend are zero, several rows of a day add up. */
export function everyDay(spend: readonly DailySpend[], first: number, last: number): number[] {
  const amounts = new Array<number>(Math.max(0, last - first + 1)).fill(0);
  for (const { day, amount } of spend) {
    const index = dayNumber(day) - first;
    if (index >= 0 && index < amounts.length) amounts[index] = (amounts[index] as number) + amount;
  }
  return amounts;
}
