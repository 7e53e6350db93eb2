import type { ReportRow } from "@leverframe/analytics";
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
