import type { ReportRow } from "@leverframe/analytics";
import { formatUsd } from "@leverframe/kernel";
import type { Column } from "./grid";
import { countText, shareText, usdNumber, usdText } from "./units";

const label = <Row>(name: string, title: string, value: (row: Row) => string | null): Column<Row> => ({ name, title, value });

const count = <Row>(name: string, title: string, value: (row: Row) => number): Column<Row> => ({
  name, title, align: "right", value, text: (row) => countText(value(row)),
});

const share = <Row>(name: string, title: string, value: (row: Row) => number | null): Column<Row> => ({
  name, title, align: "right", value, text: (row) => { const ratio = value(row); return ratio === null ? "–" : shareText(ratio); },
});

/** Dollars as a number, which a double holds to the nano-dollar up to nine million dollars. */
const money = <Row>(name: string, title: string, value: (row: Row) => bigint): Column<Row> => ({
  name, title, align: "right", value: (row) => usdNumber(value(row)), text: (row) => usdText(value(row)),
});

/** No value where nothing succeeded. */
const moneyIfAny = <Row>(name: string, title: string, value: (row: Row) => bigint | null): Column<Row> => ({
  name, title, align: "right",
  value: (row) => { const found = value(row); return found === null ? null : usdNumber(found); },
  text: (row) => { const found = value(row); return found === null ? "–" : usdText(found); },
});

const NANO_PER_MICRO = 1_000n;
const NANO_DIGITS = 9;

/** To the nano-dollar: where a difference is looked for, nothing is rounded. */
const exact = <Row>(name: string, title: string, value: (row: Row) => bigint): Column<Row> => ({
  name, title, align: "right", value: (row) => usdNumber(value(row)), text: (row) => formatUsd(value(row), NANO_DIGITS),
});

export const SPEND_COLUMNS: readonly Column<ReportRow<"spend_per_department">>[] = [
  label("tenant", "tenant", ({ tenant }) => tenant),
  label("department", "department", ({ department }) => department),
  count("requests", "requests", ({ requests }) => requests),
  count("answered", "answered", ({ answered }) => answered),
  count("refused", "refused", ({ refused }) => refused),
  count("providerCalls", "calls", ({ providerCalls }) => providerCalls),
  money("costUsd", "spent", ({ costNanoUsd }) => costNanoUsd),
];

export const ESCALATION_COLUMNS: readonly Column<ReportRow<"escalation_rate">>[] = [
  label("tenant", "tenant", ({ tenant }) => tenant),
  label("taskType", "task", ({ taskType }) => taskType),
  count("called", "called", ({ called }) => called),
  count("escalated", "escalated", ({ escalated }) => escalated),
  count("escalations", "escalations", ({ escalations }) => escalations),
  share("escalationRate", "rate", ({ escalationRate }) => escalationRate),
];

export const SAVINGS_COLUMNS: readonly Column<ReportRow<"savings">>[] = [
  label("tenant", "tenant", ({ tenant }) => tenant),
  label("department", "department", ({ department }) => department),
  count("called", "called", ({ called }) => called),
  money("costUsd", "spent", ({ costNanoUsd }) => costNanoUsd),
  money("baselineUsd", "always premium", ({ baselineNanoUsd }) => baselineNanoUsd),
  money("savedUsd", "saved", ({ savedNanoUsd }) => savedNanoUsd),
  share("savedRatio", "share", ({ savedRatio }) => savedRatio),
];

export const OUTCOME_COLUMNS: readonly Column<ReportRow<"cost_per_outcome">>[] = [
  label("tenant", "tenant", ({ tenant }) => tenant),
  label("department", "department", ({ department }) => department),
  label("route", "route", ({ route }) => route),
  count("requests", "requests", ({ requests }) => requests),
  count("judged", "judged", ({ judged }) => judged),
  count("successes", "successes", ({ successes }) => successes),
  share("successRate", "rate", ({ successRate }) => successRate),
  money("costUsd", "spent", ({ costNanoUsd }) => costNanoUsd),
  moneyIfAny("costPerSuccessUsd", "a success costs", ({ costPerSuccessNanoUsd }) => costPerSuccessNanoUsd),
];

export const ESCALATION_COST_COLUMNS: readonly Column<ReportRow<"escalation_cost">>[] = [
  label("tenant", "tenant", ({ tenant }) => tenant),
  label("department", "department", ({ department }) => department),
  label("taskType", "task", ({ taskType }) => taskType),
  count("escalated", "escalated", ({ escalated }) => escalated),
  count("rescued", "rescued", ({ rescued }) => rescued),
  money("firstUsd", "first answers", ({ firstNanoUsd }) => firstNanoUsd),
  money("addedUsd", "added", ({ addedNanoUsd }) => addedNanoUsd),
  moneyIfAny("addedPerRescuedUsd", "a rescue costs", ({ addedPerRescuedNanoUsd }) => addedPerRescuedNanoUsd),
];

export const BOOKS_COLUMNS: readonly Column<ReportRow<"books">>[] = [
  label("tenant", "tenant", ({ tenant }) => tenant),
  label("department", "department", ({ department }) => department),
  exact("decidedUsd", "decisions", ({ decidedNanoUsd }) => decidedNanoUsd),
  exact("calledUsd", "calls", ({ calledNanoUsd }) => calledNanoUsd),
  exact("journalUsd", "journal", ({ journalNanoUsd }) => journalNanoUsd),
  exact("differenceUsd", "difference", ({ differenceNanoUsd }) => differenceNanoUsd),
  money("settledUsd", "settled", ({ settledMicroUsd }) => settledMicroUsd * NANO_PER_MICRO),
  exact("roundedUpUsd", "rounded up", ({ roundedUpNanoUsd }) => roundedUpNanoUsd),
];
