import { CALENDAR_FIELDS, readCalendar, type TenantCalendar } from "./budget-calendar";
import { CAP_FIELDS, type CapTerms, capsOf, NO_TERMS, readScopeTerms, type ScopeTerms } from "./budget-terms";
import { ID, ID_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

/** The most that a scope may take in a window, and the calendar of its windows. */
export interface BudgetCap extends CapTerms, TenantCalendar {
  /**
   * `company:all`, `tenant:acme`, `department:acme/Sales` (as `applications.yaml` writes it), `team:acme/deals`,
   * `user:acme/ann`, `application:acme/crm`, `route:acme/code`, `provider:acme/openai`, `tier:acme/premium`, `tag:acme/eu`,
   * or a partition of the whole company: `provider:openai`. `user:acme/*` and `run:acme/*` are each one's.
   */
  readonly scope: string;
}

export interface Budgets {
  /** Every cap, the company's first, then each tenant's before those below it. */
  readonly caps: readonly BudgetCap[];
  /** Named sizes of budgets, smallest first: the values of the attribute `budgetTier`. */
  readonly tierNames: readonly string[];
  /** Tier of `<tenant>/<department>`. */
  readonly tiers: ReadonlyMap<string, string>;
  /** Of every tenant. */
  readonly calendars: ReadonlyMap<string, TenantCalendar>;
  readonly timeZoneDefault: string;
}

/** What other files name, so that a budget of nothing is found. Null: that file could not be read. */
export interface BudgetNames {
  /** Departments by tenant, as the applications declare them. */
  readonly departments: ReadonlyMap<string, readonly string[]>;
  /** By tenant. */
  readonly applications: ReadonlyMap<string, readonly string[]>;
  /** Groups of users, by tenant. */
  readonly teams: ReadonlyMap<string, readonly string[]>;
  readonly routes: readonly string[] | null;
  readonly providers: readonly string[] | null;
  readonly modelTiers: readonly string[];
  readonly tags: readonly string[] | null;
}

const PARTITIONS = ["providers", "modelTiers", "tags"] as const;
export const FILE_FIELDS = [...CALENDAR_FIELDS, "tiers", "company", "tenants"] as const;
export const COMPANY_FIELDS = [...CAP_FIELDS, ...PARTITIONS] as const;
export const TENANT_BUDGET_FIELDS = [
  ...CAP_FIELDS, ...CALENDAR_FIELDS, "departmentTier", "departments", "teams", "users", "eachUser", "applications", "routes", "eachAgentRun", ...PARTITIONS,
] as const;
export const DEPARTMENT_BUDGET_FIELDS = [...CAP_FIELDS, "tier"] as const;

const COMPANY = "company:all";
const UTC: TenantCalendar = { timeZone: "UTC" };

type Tiers = ReadonlyMap<string, ScopeTerms>;

/** Reads `budgets.yaml`: the calendar, tiers, the company's caps, and those of tenants with all that is in them. */
export function readBudgets(place: Place | null, names: BudgetNames): Budgets {
  const file = place?.fields("budgets.yaml", FILE_FIELDS) ?? null;
  const calendar = readCalendar(file, UTC);
  const tiers = readTiers(file?.get("tiers") ?? null);
  const byTenant = file?.need("tenants", "the file")?.fields("`tenants`", [...names.departments.keys()]);
  const caps: BudgetCap[] = readCompany(file?.get("company") ?? null, names, calendar);
  const tierOf = new Map<string, string>();
  const calendars = new Map<string, TenantCalendar>();
  for (const tenant of names.departments.keys()) {
    const fields = byTenant?.get(tenant)?.fields("a tenant's budget", TENANT_BUDGET_FIELDS) ?? null;
    const own = readCalendar(fields, calendar);
    calendars.set(tenant, own);
    if (fields) caps.push(...readTenant(tenant, fields, names, { tiers, tierOf, calendar: own }));
  }
  return { caps, tierNames: [...tiers.keys()], tiers: tierOf, calendars, timeZoneDefault: calendar.timeZone };
}

interface Around {
  readonly tiers: Tiers;
  /** Filled on the way. */
  readonly tierOf: Map<string, string>;
  readonly calendar: TenantCalendar;
}

function readTiers(place: Place | null): Tiers {
  const tiers = new Map<string, ScopeTerms>();
  const fields = place?.fields("`tiers`", null);
  for (const name of fields?.names() ?? []) {
    if (!ID.test(name)) fields?.key(name).refuse("tier", ID_EXPECTED);
    const terms = fields?.get(name)?.fields("a tier", CAP_FIELDS);
    if (terms) tiers.set(name, readScopeTerms(terms));
  }
  return tiers;
}

function readCompany(place: Place | null, names: BudgetNames, calendar: TenantCalendar): BudgetCap[] {
  const fields = place?.fields("the company's budget", COMPANY_FIELDS);
  if (!fields) return [];
  const own = says(fields) || !PARTITIONS.some((field) => fields.get(field));
  return [...(own ? scopeCaps(COMPANY, fields, calendar) : []), ...readPartitions("", fields, names, calendar)];
}

function readTenant(tenant: string, fields: Fields, names: BudgetNames, around: Around): BudgetCap[] {
  const { calendar } = around;
  const bare = !says(fields) && fields.names().every((name) => (CALENDAR_FIELDS as readonly string[]).includes(name));
  const own = says(fields) || bare ? scopeCaps(`tenant:${tenant}`, fields, calendar) : [];
  const named = (field: string, kind: string, known: readonly string[] | null) =>
    readScopes(fields.get(field), `\`${field}\``, known, (name) => `${kind}:${tenant}/${name}`, calendar);
  return [
    ...own,
    ...readDepartments(tenant, fields, names.departments.get(tenant) ?? [], around),
    ...named("teams", "team", names.teams.get(tenant) ?? []),
    ...named("users", "user", null),
    ...readEach(fields.get("eachUser"), `user:${tenant}/*`, calendar),
    ...named("routes", "route", names.routes),
    ...named("applications", "application", names.applications.get(tenant) ?? []),
    ...readEach(fields.get("eachAgentRun"), `run:${tenant}/*`, calendar),
    ...readPartitions(`${tenant}/`, fields, names, calendar),
  ];
}

/** Partitions are of calls: a plan pays for those of its calls that belong to it. Names of the whole company's have no slash, which would make a tenant of them. */
function readPartitions(prefix: string, fields: Fields, names: BudgetNames, calendar: TenantCalendar): BudgetCap[] {
  const kinds = [["providers", "provider", names.providers], ["modelTiers", "tier", names.modelTiers], ["tags", "tag", names.tags]] as const;
  return kinds.flatMap(([field, kind, known]) => {
    const usable = prefix === "" && known ? known.filter((name) => !name.includes("/")) : known;
    return readScopes(fields.get(field), `\`${field}\``, usable, (name) => `${kind}:${prefix}${name}`, calendar);
  });
}

/** Departments with a budget of their own; the others get the tenant's `departmentTier` where there is one. */
function readDepartments(tenant: string, fields: Fields, names: readonly string[], { tiers, tierOf, calendar }: Around): BudgetCap[] {
  const otherwise = fields.get("departmentTier")?.oneOf("tier", [...tiers.keys()]) ?? null;
  const departments = fields.get("departments")?.fields("`departments`", names);
  return names.flatMap((name) => {
    const scope = `department:${tenant}/${name}`;
    const own = departments?.get(name)?.fields("a department's budget", DEPARTMENT_BUDGET_FIELDS) ?? null;
    const tier = own?.get("tier")?.oneOf("tier", [...tiers.keys()]) ?? otherwise;
    if (tier !== null) tierOf.set(`${tenant}/${name}`, tier);
    if (!own && tier === null) return [];
    return scopeCaps(scope, own, calendar, tiers.get(tier ?? "") ?? null);
  });
}

function readScopes(place: Place | null, what: string, known: readonly string[] | null, scopeOf: (name: string) => string, calendar: TenantCalendar): BudgetCap[] {
  const scopes = place?.fields(what, known);
  return (scopes?.names() ?? []).flatMap((name) => {
    const own = scopes?.get(name)?.fields(`a budget in ${what}`, CAP_FIELDS);
    if (name === "*") scopes?.key(name).refuse("name", "the name of one; a budget for each stands under eachUser or eachAgentRun");
    return own ? scopeCaps(scopeOf(name), own, calendar) : [];
  });
}

function readEach(place: Place | null, scope: string, calendar: TenantCalendar): BudgetCap[] {
  const own = place?.fields("a budget for each", CAP_FIELDS);
  return own ? scopeCaps(scope, own, calendar) : [];
}

const says = (fields: Fields): boolean => fields.get("capUsd") !== null || fields.get("limits") !== null;

function scopeCaps(scope: string, own: Fields | null, calendar: TenantCalendar, tier: ScopeTerms | null = null): BudgetCap[] {
  const need = () => void own?.need("capUsd", `the budget of \`${scope}\``);
  return capsOf(own ? readScopeTerms(own) : NO_TERMS, tier, need).map((terms) => ({ scope, ...terms, ...calendar }));
}
