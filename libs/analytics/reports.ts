import type { Analytics } from "./client";
import { REPORTS, type ReportName, type Scope, within } from "./queries";

/** How a column is read: exact integers of money, counts, ratios, names. */
const READERS = {
  text: String,
  count: Number,
  ratio: Number,
  micros: Number,
  money: (value: unknown) => BigInt(value as string),
} as const;

type Kind = keyof typeof READERS;
type Column = Kind | `${Kind}?`;
type Value<C> = C extends `${infer K}?` ? Value<K> | null : C extends Kind ? ReturnType<(typeof READERS)[C]> : never;
type Columns = Readonly<Record<string, Column>>;

/** Columns of each report. Money is in whole nano-dollars (budgets: micro-dollars), ratios are 0..1. */
const COLUMNS = {
  spend_per_department: {
    tenant: "text", department: "text", requests: "count", answered: "count", refused: "count",
    provider_calls: "count", cost_nano_usd: "money",
  },
  escalation_rate: {
    tenant: "text", task_type: "text?", called: "count", escalated: "count", escalations: "count", escalation_rate: "ratio",
  },
  escalation_cost: {
    tenant: "text", department: "text", task_type: "text?", escalated: "count", rescued: "count",
    first_nano_usd: "money", added_nano_usd: "money", added_per_rescued_nano_usd: "money?",
  },
  oss_ratio: {
    tenant: "text", department: "text", answered: "count", oss_answers: "count", commercial_answers: "count",
    oss_ratio: "ratio", oss_cost_nano_usd: "money", commercial_cost_nano_usd: "money",
  },
  cost_per_task_type: {
    tenant: "text", task_type: "text?", complexity: "text?", called: "count", cost_nano_usd: "money",
    average_cost_nano_usd: "money",
  },
  savings: {
    tenant: "text", department: "text", called: "count", cost_nano_usd: "money", baseline_nano_usd: "money",
    saved_nano_usd: "money", saved_ratio: "ratio?",
  },
  cost_per_success: {
    tenant: "text", task_type: "text?", requests: "count", successes: "count", success_rate: "ratio",
    cost_nano_usd: "money", cost_per_success_nano_usd: "money?",
  },
  cost_per_outcome: {
    tenant: "text", department: "text", route: "text?", requests: "count", judged: "count", successes: "count",
    success_rate: "ratio", cost_nano_usd: "money", cost_per_success_nano_usd: "money?",
  },
  latency: {
    tenant: "text", latency_class: "text?", called: "count",
    latency_p50_micros: "micros", latency_p95_micros: "micros", latency_p99_micros: "micros",
    overhead_p50_micros: "micros", overhead_p95_micros: "micros", overhead_p99_micros: "micros",
  },
  quality: {
    tenant: "text", task_type: "text?", candidate: "text", check_name: "text", checked: "count", passes: "count",
    failures: "count", pass_rate: "ratio",
  },
  provider_concentration: {
    tenant: "text", provider: "text", calls: "count", failed_calls: "count", cost_nano_usd: "money",
    call_share: "ratio", cost_share: "ratio?",
  },
  call_notes: {
    tenant: "text", provider: "text", note: "text", calls: "count", failed_calls: "count", cost_nano_usd: "money",
  },
  budget_burn: {
    tenant: "text", budget_window: "text", scope: "text", settled_micro_usd: "money", reserved_micro_usd: "money",
  },
  books: {
    tenant: "text", department: "text", decided_nano_usd: "money", called_nano_usd: "money", journal_nano_usd: "money",
    difference_nano_usd: "money", settled_micro_usd: "money", rounded_up_nano_usd: "money",
  },
  loss_account: {
    topic: "text", log_partition: "count", stored: "count", first_offset: "count", last_offset: "count", gaps: "count",
  },
} as const satisfies Record<ReportName, Columns>;

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** One row of a report: the view's columns in camel case. */
export type ReportRow<N extends ReportName> = {
  readonly [C in keyof (typeof COLUMNS)[N] as Camel<C & string>]: Value<(typeof COLUMNS)[N][C]>;
};

/**
 * The rows of one report over a tenant and period. It asks the same SQL that the view of this name is made of, so the
 * two can never disagree; percentiles and ratios are of the whole period, not averages of months.
 */
export async function report<N extends ReportName>(analytics: Analytics, name: N, scope: Scope = {}): Promise<readonly ReportRow<N>[]> {
  const { sql, params } = within(REPORTS[name], scope);
  const rows = await analytics.query(sql, params);
  return rows.map((row) => readRow(row, COLUMNS[name])) as unknown as readonly ReportRow<N>[];
}

function readRow(row: Readonly<Record<string, unknown>>, columns: Columns): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [camel(name), read(row[name], column)]));
}

function read(value: unknown, column: Column): unknown {
  const kind = column.replace("?", "") as Kind;
  return value === null && column.endsWith("?") ? null : READERS[kind](value);
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
