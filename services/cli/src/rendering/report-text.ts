import { type Analytics, report, type ReportRow, type Scope } from "@leverframe/analytics";
import type { Column, Format } from "./grid";
import { render } from "./render";
import { BOOKS_COLUMNS, ESCALATION_COLUMNS, ESCALATION_COST_COLUMNS, OUTCOME_COLUMNS, SAVINGS_COLUMNS, SPEND_COLUMNS } from "./report-columns";

/** The reports of the command line: what they ask, what they show, and the line that sums a table up. */
const REPORTS = {
  spend: shown("spend_per_department", SPEND_COLUMNS, (rows) => ({
    tenant: "all", department: "all", requests: sum(rows, "requests"), answered: sum(rows, "answered"), refused: sum(rows, "refused"),
    providerCalls: sum(rows, "providerCalls"), costNanoUsd: total(rows, "costNanoUsd"),
  })),
  escalations: shown("escalation_rate", ESCALATION_COLUMNS, (rows) => {
    const [called, escalated] = [sum(rows, "called"), sum(rows, "escalated")];
    return { tenant: "all", taskType: "all", called, escalated, escalations: sum(rows, "escalations"), escalationRate: called === 0 ? 0 : escalated / called };
  }),
  savings: shown("savings", SAVINGS_COLUMNS, (rows) => {
    const [costNanoUsd, baselineNanoUsd] = [total(rows, "costNanoUsd"), total(rows, "baselineNanoUsd")];
    const savedNanoUsd = baselineNanoUsd - costNanoUsd;
    const savedRatio = baselineNanoUsd === 0n ? null : Number(savedNanoUsd) / Number(baselineNanoUsd);
    return { tenant: "all", department: "all", called: sum(rows, "called"), costNanoUsd, baselineNanoUsd, savedNanoUsd, savedRatio };
  }),
  outcomes: shown("cost_per_outcome", OUTCOME_COLUMNS, (rows) => {
    const [requests, successes, costNanoUsd] = [sum(rows, "requests"), sum(rows, "successes"), total(rows, "costNanoUsd")];
    return { tenant: "all", department: "all", route: "all", requests, judged: sum(rows, "judged"), successes, successRate: successes / requests, costNanoUsd, costPerSuccessNanoUsd: perOne(costNanoUsd, successes) };
  }),
  "escalation-cost": shown("escalation_cost", ESCALATION_COST_COLUMNS, (rows) => {
    const [rescued, addedNanoUsd] = [sum(rows, "rescued"), total(rows, "addedNanoUsd")];
    return { tenant: "all", department: "all", taskType: "all", escalated: sum(rows, "escalated"), rescued, firstNanoUsd: total(rows, "firstNanoUsd"), addedNanoUsd, addedPerRescuedNanoUsd: perOne(addedNanoUsd, rescued) };
  }),
  books: shown("books", BOOKS_COLUMNS, (rows) => ({
    tenant: "all", department: "all", decidedNanoUsd: total(rows, "decidedNanoUsd"), calledNanoUsd: total(rows, "calledNanoUsd"), journalNanoUsd: total(rows, "journalNanoUsd"),
    differenceNanoUsd: total(rows, "differenceNanoUsd"), settledMicroUsd: total(rows, "settledMicroUsd"), roundedUpNanoUsd: total(rows, "roundedUpNanoUsd"),
  })),
} as const;

export type CliReport = keyof typeof REPORTS;
export const CLI_REPORTS = Object.keys(REPORTS) as readonly CliReport[];

/** Asks and renders. Null when there is not a single row and a table was asked for. */
export function reportText(analytics: Analytics, name: CliReport, scope: Scope, format: Format, columnsMax: number): Promise<string | null> {
  return REPORTS[name](analytics, scope, format, columnsMax);
}

type Name = "spend_per_department" | "escalation_rate" | "savings" | "cost_per_outcome" | "escalation_cost" | "books";
type ReportText = (analytics: Analytics, scope: Scope, format: Format, columnsMax: number) => Promise<string | null>;

function shown<N extends Name>(name: N, columns: readonly Column<ReportRow<N>>[], summed: (rows: readonly ReportRow<N>[]) => ReportRow<N>): ReportText {
  return async (analytics, scope, format, columnsMax) => {
    const rows = await report(analytics, name, scope);
    if (format !== "table") return render(format, columns, rows, columnsMax);
    if (rows.length === 0) return null;
    return render(format, columns, rows.length > 1 ? [...rows, summed(rows)] : rows, columnsMax);
  };
}

const perOne = (nanoUsd: bigint, count: number): bigint | null => (count === 0 ? null : nanoUsd / BigInt(count));

function sum<Row>(rows: readonly Row[], name: keyof { [K in keyof Row as Row[K] extends number ? K : never]: true }): number {
  return rows.reduce((all, row) => all + (row[name as keyof Row] as number), 0);
}

function total<Row>(rows: readonly Row[], name: keyof { [K in keyof Row as Row[K] extends bigint ? K : never]: true }): bigint {
  return rows.reduce((all, row) => all + (row[name as keyof Row] as bigint), 0n);
}
