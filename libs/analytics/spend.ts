import type { Analytics } from "./client";
import { ACCOUNTS_NOW, SPEND_WITHIN } from "./queries";

/** What a scope settled in one hour, in the unit of its accounts. */
export interface HourOfSpend {
  readonly tenant: string;
  readonly scope: string;
  readonly unit: string;
  /** Begin of the hour, microseconds since the epoch. */
  readonly hourMicros: number;
  readonly amount: number;
}

/** What a scope settled on one local day, `2026-11-21`. Days are put together from hours of UTC. */
export interface DayOfSpend {
  readonly scope: string;
  readonly unit: string;
  readonly day: string;
  readonly amount: number;
}

/** An account as the journal left it. */
export interface AccountNow {
  readonly scope: string;
  readonly window: string;
  readonly unit: string;
  /** In force at the last entry, overrides included; null: none. */
  readonly cap: number | null;
  readonly reserved: number;
  readonly settled: number;
}

export interface SpendPeriod {
  readonly fromMicros: number;
  /** Not included; unset: until now. */
  readonly toMicros?: number;
  /** Only these scopes; `*` stands for any characters. Unset: every scope. */
  readonly scopes?: readonly string[];
}

interface Bound {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The rows of the view `spend_per_hour` in a period, oldest first. Hours without spend have no row. */
export async function spendPerHour(analytics: Analytics, period: SpendPeriod): Promise<readonly HourOfSpend[]> {
  const { sql, params } = spendIn(period);
  const rows = await analytics.query(`SELECT tenant, scope, unit, toUnixTimestamp(hour) AS seconds, amount FROM (${sql}) ORDER BY seconds, scope, unit`, params);
  return rows.map((row) => ({ ...scopeOf(row), tenant: String(row["tenant"]), hourMicros: Number(row["seconds"]) * 1_000_000, amount: Number(row["amount"]) }));
}

/** The same by days of a time zone (IANA name). */
export async function spendPerDay(analytics: Analytics, period: SpendPeriod & { readonly timeZone: string }): Promise<readonly DayOfSpend[]> {
  const { sql, params } = spendIn(period);
  const days = `SELECT scope, unit, toString(toDate(hour, {time_zone:String})) AS day, sum(amount) AS amount FROM (${sql}) GROUP BY ALL ORDER BY day, scope, unit`;
  const rows = await analytics.query(days, { ...params, time_zone: period.timeZone });
  return rows.map((row) => ({ ...scopeOf(row), day: String(row["day"]), amount: Number(row["amount"]) }));
}

/** The accounts of these scopes in these windows, as far as the journal is stored. */
export async function accountsNow(analytics: Analytics, scopes: readonly string[], windows: readonly string[]): Promise<readonly AccountNow[]> {
  const rows = await analytics.query(ACCOUNTS_NOW, { scopes: [...scopes], windows: [...windows] });
  return rows.map((row) => ({
    ...scopeOf(row),
    window: String(row["budget_window"]),
    cap: row["cap"] === null ? null : Number(row["cap"]),
    reserved: Number(row["reserved"]),
    settled: Number(row["settled"]),
  }));
}

const scopeOf = (row: Readonly<Record<string, unknown>>) => ({ scope: String(row["scope"]), unit: String(row["unit"]) });

function spendIn({ fromMicros, toMicros, scopes }: SpendPeriod): Bound {
  const conditions = [
    "AND p.at >= fromUnixTimestamp64Micro({from_micros:Int64}, 'UTC')",
    toMicros === undefined ? "" : "AND p.at < fromUnixTimestamp64Micro({to_micros:Int64}, 'UTC')",
    scopes === undefined ? "" : "AND match(p.scope, {scopes:String})",
  ];
  const params = {
    from_micros: fromMicros,
    ...(toMicros === undefined ? {} : { to_micros: toMicros }),
    ...(scopes === undefined ? {} : { scopes: `^(?:${scopes.map(patternOf).join("|")})$` }),
  };
  return { sql: SPEND_WITHIN.replace("/*within*/", conditions.join(" ")), params };
}

/** A scope with `*` as a regular expression of RE2, everything else taken as written. */
const patternOf = (scope: string): string => scope.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*");
