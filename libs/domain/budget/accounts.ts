import { AppError, type MicroUsd } from "@leverframe/kernel";
import { type CalendarTerms, kindOfWindow, LocalCalendar, WINDOW_KINDS, type WindowKind } from "./calendar-window";
import { labelOfScope } from "./account-key";
import type { AccountRef, Unit } from "./ledger-store";

/** A budget as policies declare it, and the calendar that its windows follow. */
export interface BudgetCap extends CalendarTerms {
  /**
   * `company:all`, `tenant:acme`, `department:acme/sales`, `team:acme/deals`, `user:acme/ann`; `route:…`, `application:…`,
   * `run:…` (an agent run); `provider:acme/openai`, `tier:…`, `tag:…` of a tenant, or `provider:openai` of the whole
   * company. `user:acme/*` and `run:acme/*` hold for each that has none of its own.
   */
  readonly scope: string;
  readonly window: WindowKind;
  readonly unit: Unit;
  /** In the unit; dollars as micro-dollars. */
  readonly cap: number;
  /** A soft cap never refuses; it alerts. */
  readonly hard: boolean;
  /** Percent of the cap at which somebody wants to know. */
  readonly alertPercents: readonly number[];
  /** From this percent of the cap on the band is `exceeded`; what is left is spent as the policy then allows. Without it: 100. */
  readonly downgradeFromPercent?: number;
}

/** Who pays. Users, teams, applications and runs are counted within the tenant. */
export interface Payer {
  readonly tenant: string;
  readonly department: string;
  /** Null when the request names none. */
  readonly user: string | null;
  /** All that the user is in; like everything below they pay only where they have a budget of their own. */
  readonly teams?: readonly string[];
  /** The route that the permit names. */
  readonly route?: string | null;
  readonly application?: string | null;
  readonly agentRun?: string | null;
}

/** What of the request is paid now. */
export interface Purchase {
  /** Of all calls that the plan may make: `provider:openai`, `tier:premium`, `tag:eu`. */
  readonly labels?: readonly string[];
  /** An escalation is the same request: it counts no request, and what it cost before counts towards the cap of a request. */
  readonly round?: number;
  readonly spentMicroUsd?: MicroUsd;
  readonly spentTokens?: number;
}

interface CountedWindow {
  readonly kind: WindowKind;
  readonly unit: Unit;
  readonly calendar: LocalCalendar;
  readonly cap: number | null;
  readonly hard: boolean;
}

const PAYER = /^(?:tenant|department|user):/;
const UNIT_ORDER: readonly Unit[] = ["usd", "tokens", "requests"];
/** A refusal names the first that is short: the month before the day, as people think of budgets. */
const WINDOW_ORDER: readonly WindowKind[] = ["month", ...WINDOW_KINDS.filter((kind) => kind !== "month" && kind !== "total"), "total"];

/** Which accounts a request touches: compiled once from the declared budgets, then asked for every request. */
export class AccountBook {
  readonly #caps = new Map<string, BudgetCap>();
  readonly #calendars = new Map<string, LocalCalendar>();
  readonly #capped = new Map<string, readonly CountedWindow[]>();
  readonly #termsByTenant = new Map<string, CalendarTerms>();
  /** Scopes without a budget, by tenant: their month is counted all the same. */
  readonly #uncapped = new Map<string, readonly CountedWindow[]>();
  readonly #companies: readonly string[];
  readonly #hasLabels: boolean;
  readonly #timeZoneDefault: string;

  /** `bad_config` on a time zone that is none, or two budgets for one scope, window and unit. */
  constructor(budgets: readonly BudgetCap[], timeZoneDefault = "UTC") {
    this.#timeZoneDefault = timeZoneDefault;
    this.#calendar({ timeZone: timeZoneDefault });
    for (const budget of budgets) this.#declare(budget);
    const scopes = [...new Set(budgets.map(({ scope }) => scope))];
    for (const scope of scopes) this.#capped.set(scope, this.#windowsOf(scope));
    this.#companies = scopes.filter((scope) => scope.startsWith("company:"));
    this.#hasLabels = scopes.some((scope) => labelOfScope(scope) !== null);
  }

  /**
   * The accounts of a purchase at this time, minutes first, then from the company down to the user and the partitions
   * (a refusal names the first that is short). Tenant, department and user are counted by month in dollars, capped or
   * not, so that a cap declared later finds the month's spend; all others only where a budget is declared.
   */
  accountsOf(payer: Payer, atMicros: number, purchase: Purchase = {}): readonly AccountRef[] {
    const { tenant, department, user, teams = [], route, application, agentRun } = payer;
    const found = new Found(atMicros, purchase);
    for (const company of this.#companies) found.add(company, this.#capped.get(company), null);
    found.add(`tenant:${tenant}`, this.#capped.get(`tenant:${tenant}`) ?? this.#countedOnly(tenant), null);
    const inTenant = (kind: string, name: string) => `${kind}:${tenant}/${printable(name)}`;
    const departmentScope = `department:${tenant}/${department}`;
    found.add(departmentScope, this.#capped.get(departmentScope) ?? this.#countedOnly(tenant), null);
    for (const team of teams) found.add(inTenant("team", team), this.#capped.get(inTenant("team", team)), null);
    if (user !== null) found.add(inTenant("user", user), this.#ownOrEach(inTenant("user", user), tenant) ?? this.#countedOnly(tenant), null);
    for (const [kind, name] of [["route", route], ["application", application]] as const) {
      if (name) found.add(inTenant(kind, name), this.#capped.get(inTenant(kind, name)), null);
    }
    if (agentRun) found.add(inTenant("run", agentRun), this.#ownOrEach(inTenant("run", agentRun), tenant), null);
    if (this.#hasLabels) {
      for (const label of purchase.labels ?? []) {
        found.add(label, this.#capped.get(label), label);
        const scope = label.replace(":", `:${tenant}/`);
        found.add(scope, this.#capped.get(scope), label);
      }
    }
    return found.accounts();
  }

  /** The accounts of a scope with a budget of its own, as every call that is its own finds them; none for any other scope. */
  accountsIn(scope: string, atMicros: number): readonly AccountRef[] {
    const found = new Found(atMicros, {});
    found.add(scope, this.#capped.get(scope), labelOfScope(scope));
    return found.accounts();
  }

  /** The budget that an account stands for; null when it is only counted. */
  budgetOf(scope: string, window: string, unit: Unit = "usd"): BudgetCap | null {
    const kind = kindOfWindow(window);
    const own = this.#caps.get(`${scope} ${kind} ${unit}`);
    if (own || this.#capped.has(scope)) return own ?? null;
    return this.#caps.get(`${templateOf(scope)} ${kind} ${unit}`) ?? null;
  }

  /** Every scope with a budget of its own, templates (`user:acme/*`) included. */
  get scopes(): readonly string[] {
    return [...this.#capped.keys()];
  }

  /** The calendar that a scope's windows follow: its budgets', else its tenant's. */
  calendarOf(scope: string): LocalCalendar {
    const windows = this.#capped.get(scope) ?? this.#capped.get(templateOf(scope));
    return windows?.find(({ cap }) => cap !== null)?.calendar ?? this.#calendar(this.#termsByTenant.get(tenantOf(scope)) ?? { timeZone: this.#timeZoneDefault });
  }

  #declare(budget: BudgetCap): void {
    const key = `${budget.scope} ${budget.window} ${budget.unit}`;
    if (this.#caps.has(key)) {
      const message = `budgets declare \`${budget.scope}\` per \`${budget.window}\` in ${budget.unit} twice; expected one budget for each`;
      throw new AppError("bad_config", message);
    }
    this.#caps.set(key, budget);
    this.#calendar(budget);
    // A scope without a budget counts its months where its tenant does: by the tenant's own budget, else by any below it.
    const tenant = tenantOf(budget.scope);
    if (budget.scope === `tenant:${tenant}` || !this.#termsByTenant.has(tenant)) this.#termsByTenant.set(tenant, budget);
  }

  #ownOrEach(scope: string, tenant: string): readonly CountedWindow[] | undefined {
    return this.#capped.get(scope) ?? this.#capped.get(`${scope.slice(0, scope.indexOf(":"))}:${tenant}/*`);
  }

  #windowsOf(scope: string): readonly CountedWindow[] {
    return UNIT_ORDER.flatMap((unit) =>
      WINDOW_ORDER.flatMap((kind): readonly CountedWindow[] => {
        const budget = this.#caps.get(`${scope} ${kind} ${unit}`);
        if (!budget) return kind === "month" && unit === "usd" && PAYER.test(scope) ? this.#countedOnly(tenantOf(scope)) : [];
        return [{ kind, unit, calendar: this.#calendar(budget), cap: budget.cap, hard: budget.hard }];
      }),
    );
  }

  #countedOnly(tenant: string): readonly CountedWindow[] {
    const known = this.#uncapped.get(tenant);
    if (known) return known;
    const calendar = this.#calendar(this.#termsByTenant.get(tenant) ?? { timeZone: this.#timeZoneDefault });
    const windows = [{ kind: "month", unit: "usd", calendar, cap: null, hard: false }] as const;
    if (this.#uncapped.size < TENANTS_MAX) this.#uncapped.set(tenant, windows);
    return windows;
  }

  #calendar({ timeZone, weekStart, fiscalYearStart }: CalendarTerms): LocalCalendar {
    const key = `${timeZone} ${weekStart} ${fiscalYearStart?.month} ${fiscalYearStart?.day}`;
    const known = this.#calendars.get(key);
    if (known) return known;
    const calendar = new LocalCalendar({ timeZone, ...(weekStart === undefined ? {} : { weekStart }), ...(fiscalYearStart ? { fiscalYearStart } : {}) });
    this.#calendars.set(key, calendar);
    return calendar;
  }
}

const TENANTS_MAX = 10_000;

/** The accounts of one purchase, as they are found. */
class Found {
  readonly #minutes: AccountRef[] = [];
  readonly #others: AccountRef[] = [];

  constructor(
    private readonly atMicros: number,
    private readonly purchase: Purchase,
  ) {}

  add(scope: string, windows: readonly CountedWindow[] | undefined, only: string | null): void {
    if (!windows) return;
    for (const { kind, unit, calendar, cap, hard } of windows) {
      if (unit === "requests" && (this.purchase.round ?? 0) > 0) continue;
      const window = calendar.windowAt(kind, this.atMicros);
      const left = kind === "request" && cap !== null ? Math.max(0, cap - this.#spent(unit)) : cap;
      (kind === "minute" ? this.#minutes : this.#others).push({ scope, window, unit, only, cap: left, hard });
    }
  }

  accounts(): readonly AccountRef[] {
    return this.#minutes.length === 0 ? this.#others : [...this.#minutes, ...this.#others];
  }

  #spent(unit: Unit): number {
    const { spentMicroUsd = 0, spentTokens = 0 } = this.purchase;
    return unit === "usd" ? spentMicroUsd : unit === "tokens" ? spentTokens : 0;
  }
}

/** `acme` of `tenant:acme`, `department:acme/sales`, …; nothing for scopes of the whole company. */
export function tenantOf(scope: string): string {
  const [, kind, tenant = "", rest] = /^([^:]*):([^/]*)(\/)?/.exec(scope) ?? [];
  return kind === "tenant" || rest ? tenant : "";
}

/** `user:acme/*` for `user:acme/ann`: the budget of each that has none of its own. */
function templateOf(scope: string): string {
  return `${scope.slice(0, scope.indexOf("/") + 1)}*`;
}

/**
 * A name from a request: what no account name may hold is percent-encoded, `%` too so that none clash, and a lone `*`,
 * which means each. Of a very long one the beginning counts.
 */
function printable(name: string): string {
  const short = name.length > NAME_LENGTH_MAX ? name.slice(0, NAME_LENGTH_MAX) : name;
  if (!/[\u0000-\u001f\u007f%*]/.test(short)) return short;
  const encoded = (one: string) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return short === "*" ? encoded(short) : short.replace(/[\u0000-\u001f\u007f%]/g, encoded);
}

const NAME_LENGTH_MAX = 128;
