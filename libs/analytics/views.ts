import { asView, REPORTS, SPEND_PER_HOUR } from "./queries";

export interface View {
  readonly name: string;
  readonly sql: string;
}

const USD_OF_NANO = (column: string, name: string): string => `toDecimal128(${column}, 9) / 1000000000 AS ${name}`;
const USD_OF_MICRO = (column: string, name: string): string => `toDecimal128(${column}, 6) / 1000000 AS ${name}`;

const IN_USD = (name: string): string => `if(unit IN ('', 'usd'), toDecimal128(${name}_micro_usd, 6) / 1000000, NULL) AS ${name}_usd`;

/**
 * Every table as it is meant to be read: FINAL, so a row that was inserted again counts once at any moment, merged or
 * not. Nothing is aggregated on insert: an incremental sum would count a redelivered row twice.
 */
const EXACT: readonly View[] = [
  kept(exact("decisions", USD_OF_NANO("cost_nano_usd", "cost_usd"), USD_OF_NANO("baseline_nano_usd", "baseline_usd"))),
  kept(exact("attempts", USD_OF_NANO("cost_nano_usd", "cost_usd"))),
  exact("ledger_entries", USD_OF_MICRO("amount_micro_usd", "amount_usd"), USD_OF_NANO("cost_nano_usd", "cost_usd")),
  // Postings from before accounts had units are of dollars.
  { name: "postings", sql: `SELECT * REPLACE (if(unit = '', 'usd', unit) AS unit), ${IN_USD("settled_after")}, ${IN_USD("reserved_after")} FROM postings_raw FINAL` },
  exact("feedback"),
  exact("budget_status", USD_OF_MICRO("cap_micro_usd", "cap_usd"), USD_OF_MICRO("settled_micro_usd", "settled_usd")),
  exact("ingested"),
  exact("policy_changes"),
  exact("provider_health"),
  exact("reviews"),
];

/** Each group reads only those before it. */
export const VIEWS: readonly (readonly View[])[] = [EXACT, [{ name: "spend_per_hour", sql: SPEND_PER_HOUR }], Object.entries(REPORTS).map(([name, sql]) => ({ name, sql: asView(sql) }))];

function exact(name: string, ...more: readonly string[]): View {
  return { name, sql: `SELECT ${["*", ...more].join(", ")} FROM ${name}_raw FINAL` };
}

/** Without what is kept no longer: ClickHouse removes it when it next merges, and nobody reads it until then. */
function kept({ name, sql }: View): View {
  return { name, sql: `${sql} WHERE retention_days >= 17500 OR toDate(received_at, 'UTC') + toIntervalDay(retention_days) > today()` };
}
