import { toMicroUsd } from "@leverframe/kernel";
import type { Fields, Place } from "./source/place";

/** The most that a scope may spend in a window. */
export interface BudgetCap {
  /** `tenant:acme` or `department:acme/sales`-like: the department as it is written in `applications.yaml`. */
  readonly scope: string;
  readonly window: BudgetWindow;
  readonly capMicroUsd: number;
  /** A soft cap never refuses; it alerts. */
  readonly hard: boolean;
  /** Percent of the cap, ascending. */
  readonly alertPercents: readonly number[];
  /** IANA name; decides where a day or month begins. */
  readonly timeZone: string;
}

const WINDOWS = ["month", "day", "total"] as const;
export type BudgetWindow = (typeof WINDOWS)[number];

/** Every cap, tenants before their departments. */
export interface Budgets {
  readonly caps: readonly BudgetCap[];
}

/** Departments by tenant, as the applications declare them. */
export type Tenants = ReadonlyMap<string, readonly string[]>;

const CAP_FIELDS = ["capUsd", "window", "hard", "alertPercents"];
const ALERTS_DEFAULT = [80, 100];
const ALERTS_MAX = 10;
const CAP_USD_MAX = 9_000_000_000n * 1_000_000_000n;

/** Reads `budgets.yaml`: a time zone, caps of tenants and, inside them, of their departments. */
export function readBudgets(place: Place | null, tenants: Tenants): Budgets {
  const file = place?.fields("budgets.yaml", ["timeZone", "tenants"]);
  const timeZone = readTimeZone(file?.get("timeZone") ?? null) ?? "UTC";
  const byTenant = file?.need("tenants", "the file")?.fields("`tenants`", [...tenants.keys()]);
  const caps = byTenant?.names().flatMap((tenant) => readTenant(tenant, byTenant.get(tenant), tenants, timeZone));
  return { caps: caps ?? [] };
}

function readTenant(tenant: string, place: Place | null, tenants: Tenants, fileZone: string): BudgetCap[] {
  const fields = place?.fields("a tenant's budget", [...CAP_FIELDS, "timeZone", "departments"]);
  if (!fields) return [];
  const timeZone = readTimeZone(fields.get("timeZone")) ?? fileZone;
  const own = fields.get("capUsd") || !fields.get("departments") ? [readCap(`tenant:${tenant}`, fields, timeZone)] : [];
  const departments = fields.get("departments")?.fields("`departments`", tenants.get(tenant) ?? []);
  const theirs = departments?.names().flatMap((department) => {
    const cap = departments.get(department)?.fields("a department's budget", CAP_FIELDS);
    return cap ? [readCap(`department:${tenant}/${department}`, cap, timeZone)] : [];
  });
  return [...own, ...(theirs ?? [])];
}

function readCap(scope: string, fields: Fields, timeZone: string): BudgetCap {
  const amount = fields.need("capUsd", `the budget of \`${scope}\``);
  const cap = amount?.usd("capUsd") ?? 0n;
  if (cap > CAP_USD_MAX) amount?.refuse("capUsd", "at most 9,000,000,000, beyond which accounts are not exact");
  return {
    scope,
    window: fields.get("window")?.oneOf("window", WINDOWS) ?? "month",
    capMicroUsd: toMicroUsd(cap),
    hard: fields.get("hard")?.boolean("hard") ?? true,
    alertPercents: readAlerts(fields.get("alertPercents")),
    timeZone,
  };
}

function readAlerts(place: Place | null): number[] {
  if (!place) return [...ALERTS_DEFAULT];
  const items = place.items("`alertPercents`") ?? [];
  if (items.length > ALERTS_MAX) place.fail(`${items.length} alert thresholds; expected at most ${ALERTS_MAX}`);
  const percents = items.flatMap((item) => item.integer("alert threshold", 1, 100) ?? []);
  return [...new Set(percents)].sort((a, b) => a - b);
}

function readTimeZone(place: Place | null): string | null {
  const name = place?.text("time zone") ?? null;
  if (name === null || !place) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    return place.refuse("time zone", "an IANA name such as Europe/Berlin", Intl.supportedValuesOf("timeZone"));
  }
}
