import type { Benchmark, Metrics, Table } from "../benchmark";
import { median, quantile } from "../statistics";
import { ASKED_ON, backTest, type Trial } from "./back-test";
import { HABITS, spendSeries } from "./spend-series";

const FROM = "2025-06-01";
const DAYS = 457;
/** The first months are what it learns from. */
const MONTHS = ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

const percent = (share: number): number => share * 100;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

interface Scores {
  readonly mape: number;
  readonly naive: number;
  readonly weekday: number;
  readonly coverage: number;
  readonly width: number;
}

const scoresOf = (trials: readonly Trial[]): Scores => ({
  mape: percent(mean(trials.map(({ forecastError }) => forecastError))),
  naive: percent(mean(trials.map(({ naiveError }) => naiveError))),
  weekday: percent(mean(trials.map(({ weekdayError }) => weekdayError))),
  coverage: percent(mean(trials.map(({ inside }) => (inside ? 1 : 0)))),
  width: percent(median(trials.map(({ intervalWidth }) => intervalWidth))),
});

const cells = ({ mape, naive, weekday, coverage, width }: Scores): number[] => [mape, naive, weekday, coverage, width];

/** Back-test on made-up scopes: no company has let us have its ledger. */
export const forecast: Benchmark = {
  name: "forecast",
  doc: "month-end projection against naive linear, back-tested on synthetic spend of several seeds",
  run(options) {
    const trials = HABITS.flatMap((habit, kind) => {
      options.progress(`forecast: ${habit.name}`);
      return SEEDS.flatMap((seed) => backTest(spendSeries(habit, seed * 1_000 + kind, FROM, DAYS), MONTHS).map((trial) => ({ ...trial, habit: habit.name })));
    });
    const all = scoresOf(trials);
    const columns = ["", "forecast error %", "naive linear error %", "weekday means error %", "inside the interval %", "interval width %"];
    const byHabit = HABITS.map(({ name }) => [name, ...cells(scoresOf(trials.filter(({ habit }) => habit === name)))]);
    const byDay = ASKED_ON.map((day) => [`asked on day ${day}`, ...cells(scoresOf(trials.filter(({ dayOfMonth }) => dayOfMonth === day)))]);
    const micros = trials.map((trial) => trial.micros);
    const metrics: Metrics = {
      forecast_mape_percent: all.mape,
      naive_mape_percent: all.naive,
      weekday_means_mape_percent: all.weekday,
      interval_coverage_percent: all.coverage,
      interval_width_percent: all.width,
      forecast_p50_us: median(micros),
      forecast_p99_us: quantile(micros, 0.99),
      trials: trials.length,
    };
    const notes = [
      `Synthetic: ${HABITS.length} kinds of scopes × ${SEEDS.length} seeds × ${MONTHS.length} months × ${ASKED_ON.length} days, with weekdays, growth, month ends, noise, bursts, outages, a launch.`,
      "Errors are mean absolute shares of what the month took. The interval is meant to hold 80 %; its width is a share of the month, median.",
    ];
    const table: Table = { title: "Month-end projection", columns, rows: [["all", ...cells(all)], ...byHabit, ...byDay], notes };
    return Promise.resolve({ metrics, tables: [table] });
  },
};
