import { type NanoUsd, toMicroUsd } from "@leverframe/kernel";
import { ID, ID_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

/** The most that a scope may spend in a window. */
export interface BudgetCap {
  /** `tenant:acme`, `department:acme/Sales` (as `applications.yaml` writes it), `user:acme/ann` or `route:acme/code`. */
  readonly scope: string;
  readonly window: BudgetWindow;
  readonly capMicroUsd: number;
  /** A soft cap never refuses; it alerts. */
  readonly hard: boolean;
  /** Percent of the cap, ascending. */
  readonly alertPercents: readonly number[];
  /** From this percent of the cap on the band is `exceeded`: what is left is spent as the policy then allows. */
  readonly downgradeFromPercent: number;
  /** IANA name; decides where a day or month begins. */
  readonly timeZone: string;
}

export const WINDOWS = ["month", "day", "total"] as const;
export type BudgetWindow = (typeof WINDOWS)[number];

export interface Budgets {
  /** Every cap, tenants before their departments, these before users. */
  readonly caps: readonly BudgetCap[];
  /** Named sizes of budgets, smallest first: the values of the attribute `budgetTier`. */
  readonly tierNames: readonly string[];
  /** Tier of `<tenant>/<department>`. */
  readonly tiers: ReadonlyMap<string, string>;
  /** By tenant. */
  readonly timeZones: ReadonlyMap<string, string>;
  readonly timeZoneDefault: string;
}

/** Departments by tenant, as the applications declare them. */
export type Tenants = ReadonlyMap<string, readonly string[]>;

export const CAP_FIELDS = ["capUsd", "window", "hard", "alertPercents", "downgradeFromPercent"] as const;
export const TENANT_BUDGET_FIELDS = [...CAP_FIELDS, "timeZone", "departmentTier", "departments", "users"] as const;
export const DEPARTMENT_BUDGET_FIELDS = [...CAP_FIELDS, "tier"] as const;
const ALERTS_DEFAULT = [80, 100];
const ALERTS_MAX = 10;
const CAP_USD_MAX = 9_000_000_000n * 1_000_000_000n;

/** What a cap or a tier says; null: nothing. */
interface CapTerms {
  readonly capUsd: NanoUsd | null;
  readonly window: BudgetWindow | null;
  readonly hard: boolean | null;
  readonly alertPercents: readonly number[] | null;
  readonly downgradeFromPercent: number | null;
}

type Tiers = ReadonlyMap<string, CapTerms>;

/** Reads `budgets.yaml`: a time zone, tiers, caps of tenants and, inside them, of their departments and users. */
export function readBudgets(place: Place | null, tenants: Tenants): Budgets {
  const file = place?.fields("budgets.yaml", ["timeZone", "tiers", "tenants"]);
  const timeZoneDefault = readTimeZone(file?.get("timeZone") ?? null) ?? "UTC";
  const tiers = readTiers(file?.get("tiers") ?? null);
  const byTenant = file?.need("tenants", "the file")?.fields("`tenants`", [...tenants.keys()]);
  const caps: BudgetCap[] = [];
  const tierOf = new Map<string, string>();
  const timeZones = new Map<string, string>();
  for (const tenant of byTenant?.names() ?? []) {
    const fields = byTenant?.get(tenant)?.fields("a tenant's budget", TENANT_BUDGET_FIELDS);
    if (!fields) continue;
    const timeZone = readTimeZone(fields.get("timeZone")) ?? timeZoneDefault;
    timeZones.set(tenant, timeZone);
    const ownCap = fields.get("capUsd") || !(fields.get("departments") || fields.get("departmentTier"));
    if (ownCap) caps.push(...capOf(`tenant:${tenant}`, readTerms(fields), null, timeZone, fields));
    caps.push(...readDepartments(tenant, fields, tenants.get(tenant) ?? [], tiers, tierOf, timeZone), ...readUsers(tenant, fields, timeZone));
  }
  return { caps, tierNames: [...tiers.keys()], tiers: tierOf, timeZones, timeZoneDefault };
}

function readTiers(place: Place | null): Tiers {
  const tiers = new Map<string, CapTerms>();
  const fields = place?.fields("`tiers`", null);
  for (const name of fields?.names() ?? []) {
    if (!ID.test(name)) fields?.key(name).refuse("tier", ID_EXPECTED);
    const terms = fields?.get(name)?.fields("a tier", CAP_FIELDS);
    if (terms) tiers.set(name, readTerms(terms));
  }
  return tiers;
}

/** Departments with a budget of their own; the others get the tenant's `departmentTier` where there is one. */
function readDepartments(tenant: string, fields: Fields, names: readonly string[], tiers: Tiers, tierOf: Map<string, string>, timeZone: string): BudgetCap[] {
  const otherwise = fields.get("departmentTier")?.oneOf("tier", [...tiers.keys()]) ?? null;
  const departments = fields.get("departments")?.fields("`departments`", names);
  return names.flatMap((name) => {
    const scope = `department:${tenant}/${name}`;
    const own = departments?.get(name)?.fields("a department's budget", DEPARTMENT_BUDGET_FIELDS) ?? null;
    const tier = own?.get("tier")?.oneOf("tier", [...tiers.keys()]) ?? otherwise;
    if (tier !== null) tierOf.set(`${tenant}/${name}`, tier);
    if (!own) return tier === null ? [] : capOf(scope, null, tiers.get(tier) ?? null, timeZone, fields);
    return capOf(scope, readTerms(own), tiers.get(tier ?? "") ?? null, timeZone, own);
  });
}

function readUsers(tenant: string, fields: Fields, timeZone: string): BudgetCap[] {
  const users = fields.get("users")?.fields("`users`", null);
  return (users?.names() ?? []).flatMap((user) => {
    const own = users?.get(user)?.fields("a user's budget", CAP_FIELDS);
    return own ? capOf(`user:${tenant}/${user}`, readTerms(own), null, timeZone, own) : [];
  });
}

function readTerms(fields: Fields): CapTerms {
  const amount = fields.get("capUsd");
  const capUsd = amount?.usd("capUsd") ?? null;
  if (capUsd !== null && capUsd > CAP_USD_MAX) amount?.refuse("capUsd", "at most 9,000,000,000, beyond which accounts are not exact");
  return {
    capUsd,
    window: fields.get("window")?.oneOf("window", WINDOWS) ?? null,
    hard: fields.get("hard")?.boolean("hard") ?? null,
    alertPercents: readAlerts(fields.get("alertPercents")),
    downgradeFromPercent: fields.get("downgradeFromPercent")?.integer("downgradeFromPercent", 1, 100) ?? null,
  };
}

/** What the scope says for itself, else its tier; none where its tier has no cap. */
function capOf(scope: string, own: CapTerms | null, tier: CapTerms | null, timeZone: string, fields: Fields): BudgetCap[] {
  const capUsd = own?.capUsd ?? tier?.capUsd ?? null;
  if (capUsd === null) {
    if (tier === null) fields.need("capUsd", `the budget of \`${scope}\``);
    return [];
  }
  const cap: BudgetCap = {
    scope,
    window: own?.window ?? tier?.window ?? "month",
    capMicroUsd: toMicroUsd(capUsd),
    hard: own?.hard ?? tier?.hard ?? true,
    alertPercents: own?.alertPercents ?? tier?.alertPercents ?? [...ALERTS_DEFAULT],
    downgradeFromPercent: own?.downgradeFromPercent ?? tier?.downgradeFromPercent ?? 100,
    timeZone,
  };
  return [cap];
}

function readAlerts(place: Place | null): number[] | null {
  if (!place) return null;
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
