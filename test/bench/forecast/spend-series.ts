import { type DailySpend, dayNumber, dayOf, daysToMonthEnd, weekdayOf } from "@leverframe/forecast";
import { Dice } from "../../policy/dice";

/** How a made-up scope spends. Shares are of a usual day. */
export interface Habit {
  readonly name: string;
  /** Dollars on a usual day at the start. */
  readonly usd: number;
  /** 0 is Sunday. */
  readonly week: readonly number[];
  /** Growth in a month. */
  readonly growth: number;
  /** How much more the last three days of a month take. */
  readonly monthEnd: number;
  /** Standard deviation of the logarithm of a day. */
  readonly noise: number;
  /** Chance that an outage of one to three days begins on a day. */
  readonly outage: number;
  /** Chance that a day is a burst of two to six times. */
  readonly burst: number;
  /** Once, in the middle of the year: from then on the level is another one. */
  readonly step: number;
}

const OFFICE = [0.15, 1.2, 1.25, 1.2, 1.15, 1.0, 0.2];
const CUSTOMERS = [0.8, 1.05, 1.0, 1.0, 1.05, 1.15, 0.95];

/** What companies' departments and applications look like, as far as we can tell without one: office weeks, growth, closings, launches. */
export const HABITS: readonly Habit[] = [
  { name: "office department", usd: 90, week: OFFICE, growth: 0.02, monthEnd: 0, noise: 0.18, outage: 0.004, burst: 0.004, step: 1 },
  { name: "finance, month-end closing", usd: 40, week: OFFICE, growth: 0.01, monthEnd: 1.8, noise: 0.2, outage: 0.003, burst: 0.004, step: 1 },
  { name: "customer support", usd: 220, week: CUSTOMERS, growth: 0.04, monthEnd: 0, noise: 0.12, outage: 0.006, burst: 0.01, step: 1 },
  { name: "growing application", usd: 25, week: CUSTOMERS, growth: 0.18, monthEnd: 0.2, noise: 0.25, outage: 0.006, burst: 0.01, step: 1 },
  { name: "research, uneven", usd: 60, week: [0.4, 1.1, 1.2, 1.2, 1.2, 1.1, 0.5], growth: 0, monthEnd: 0, noise: 0.6, outage: 0.01, burst: 0.03, step: 1 },
  { name: "a launch in the middle", usd: 70, week: OFFICE, growth: 0.01, monthEnd: 0.4, noise: 0.2, outage: 0.004, burst: 0.004, step: 1.7 },
];

const MONTH_DAYS = 30.4;
const MONTH_END_DAYS = 3;
const STEP_AT = 190;
const MICRO = 1_000_000;

/** `days` days of spend in micro-dollars from `from` on. The same seed gives the same series. */
export function spendSeries(habit: Habit, seed: number, from: string, days: number): DailySpend[] {
  const dice = new Dice(seed);
  const first = dayNumber(from);
  let outageLeft = 0;
  return Array.from({ length: days }, (_, index) => {
    const day = first + index;
    const level = habit.usd * (1 + habit.growth) ** (index / MONTH_DAYS) * (index >= STEP_AT ? habit.step : 1);
    const closing = daysToMonthEnd(day) < MONTH_END_DAYS ? 1 + habit.monthEnd : 1;
    const noise = Math.exp(habit.noise * normal(dice) - habit.noise ** 2 / 2);
    const burst = chance(dice, habit.burst) ? 2 + 4 * uniform(dice) : 1;
    if (outageLeft === 0 && chance(dice, habit.outage)) outageLeft = 1 + dice.roll(3);
    const down = outageLeft > 0 ? 0.05 : 1;
    outageLeft = Math.max(0, outageLeft - 1);
    return { day: dayOf(day), amount: Math.round(level * (habit.week[weekdayOf(day)] ?? 1) * closing * noise * burst * down * MICRO) };
  });
}

const uniform = (dice: Dice): number => (dice.roll(2 ** 31) + 0.5) / 2 ** 31;
const chance = (dice: Dice, share: number): boolean => uniform(dice) < share;

/** Standard normal (Box and Muller, 1958). */
const normal = (dice: Dice): number => Math.sqrt(-2 * Math.log(uniform(dice))) * Math.cos(2 * Math.PI * uniform(dice));
