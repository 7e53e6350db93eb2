import accountsNow from "./accounts_now.sql";
import books from "./books.sql";
import budgetBurn from "./budget_burn.sql";
import callNotes from "./call_notes.sql";
import costPerOutcome from "./cost_per_outcome.sql";
import costPerSuccess from "./cost_per_success.sql";
import costPerTaskType from "./cost_per_task_type.sql";
import escalationCost from "./escalation_cost.sql";
import escalationRate from "./escalation_rate.sql";
import latency from "./latency.sql";
import lossAccount from "./loss_account.sql";
import lossAccountAt from "./loss_account_at.sql";
import missingOffsets from "./missing_offsets.sql";
import ossRatio from "./oss_ratio.sql";
import providerConcentration from "./provider_concentration.sql";
import quality from "./quality.sql";
import savings from "./savings.sql";
import spendPerDepartment from "./spend_per_department.sql";
import spendPerHour from "./spend_per_hour.sql";

/**
 * One definition of each report for two readers: the view of this name, which has a row for each tenant and month (UTC),
 * and the typed function, which asks for one tenant and any period. The comments `month of <time>`, `month` and
 * `within <time>` mark where the two differ.
 */
export const REPORTS = {
  spend_per_department: spendPerDepartment,
  escalation_rate: escalationRate,
  escalation_cost: escalationCost,
  oss_ratio: ossRatio,
  cost_per_task_type: costPerTaskType,
  savings,
  cost_per_success: costPerSuccess,
  cost_per_outcome: costPerOutcome,
  latency,
  quality,
  provider_concentration: providerConcentration,
  call_notes: callNotes,
  budget_burn: budgetBurn,
  books,
  loss_account: lossAccount,
} as const;

export { lossAccountAt, missingOffsets };
export const SPEND_PER_HOUR = spendPerHour.replace(/\/\*within\*\//, "");
export const SPEND_WITHIN = spendPerHour;
export const ACCOUNTS_NOW = accountsNow;

export type ReportName = keyof typeof REPORTS;

const MONTH_OF = /\/\*month of (\S+)\*\//g;
const MONTH = /\/\*month\*\//g;
const WITHIN = /\/\*within (\w+)\.(\w+)\*\//g;

/** The report over all tenants, by month. */
export function asView(sql: string): string {
  return sql.replace(MONTH_OF, "toStartOfMonth($1) AS month,").replace(MONTH, "month,").replace(WITHIN, "");
}

/** Which decisions count. Microseconds since the epoch; `from` is included, `to` is not. */
export interface Scope {
  /** Null or unset: every tenant, each on rows of its own. */
  readonly tenant?: string | null;
  readonly fromMicros?: number;
  readonly toMicros?: number;
}

/** The report over one period as one, with the parameters to bind. */
export function within(sql: string, scope: Scope): { readonly sql: string; readonly params: Readonly<Record<string, unknown>> } {
  const { tenant = null, fromMicros, toMicros } = scope;
  const bounds = (_: string, table: string, time: string): string =>
    [
      tenant === null ? "" : ` AND ${table}.tenant = {tenant:String}`,
      fromMicros === undefined ? "" : ` AND ${table}.${time} >= fromUnixTimestamp64Micro({from_micros:Int64}, 'UTC')`,
      toMicros === undefined ? "" : ` AND ${table}.${time} < fromUnixTimestamp64Micro({to_micros:Int64}, 'UTC')`,
    ].join("");
  const params = {
    ...(tenant === null ? {} : { tenant }),
    ...(fromMicros === undefined ? {} : { from_micros: fromMicros }),
    ...(toMicros === undefined ? {} : { to_micros: toMicros }),
  };
  return { sql: sql.replace(MONTH_OF, "").replace(MONTH, "").replace(WITHIN, bounds), params };
}
