import type { Analytics } from "./client";
import { SPEND_WITHIN } from "./queries";

/** What a scope settled in one hour, in the unit of its accounts. */
export interface HourOfSpend {
  readonly tenant: string;
  readonly scope: string;
  readonly unit: string;
  /** Begin of the hour, microseconds since the epoch. */
  readonly hourMicros: number;
  readonly amount: number;
}

export interface SpendPeriod {
  readonly fromMicros: number;
  /** Not included; unset: until now. */
  readonly toMicros?: number;
  /** Only this scope, or every scope that begins with it when it ends with `*`. */
  readonly scope?: string;
}

const BOUNDS = "AND p.at >= fromUnixTimestamp64Micro({from_micros:Int64}, 'UTC')";
const END = " AND p.at < fromUnixTimestamp64Micro({to_micros:Int64}, 'UTC')";

/** The rows of the view `spend_per_hour` in a period, oldest first. Hours without spend have no row. */
export async function spendPerHour(analytics: Analytics, { fromMicros, toMicros, scope }: SpendPeriod): Promise<readonly HourOfSpend[]> {
  const prefix = scope?.endsWith("*") === true;
  const which = scope === undefined ? "" : prefix ? " AND startsWith(p.scope, {scope:String})" : " AND p.scope = {scope:String}";
  const sql = SPEND_WITHIN.replace("/*within*/", `${BOUNDS}${toMicros === undefined ? "" : END}${which}`);
  const params = {
    from_micros: fromMicros,
    ...(toMicros === undefined ? {} : { to_micros: toMicros }),
    ...(scope === undefined ? {} : { scope: prefix ? scope.slice(0, -1) : scope }),
  };
  const rows = await analytics.query(`SELECT tenant, scope, unit, toUnixTimestamp(hour) AS seconds, amount FROM (${sql})`, params);
  const read = rows.map((row) => ({
    tenant: String(row["tenant"]),
    scope: String(row["scope"]),
    unit: String(row["unit"]),
    hourMicros: Number(row["seconds"]) * 1_000_000,
    amount: Number(row["amount"]),
  }));
  return read.sort((a, b) => a.hourMicros - b.hourMicros);
}
