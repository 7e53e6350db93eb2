import { AppError, type MicroUsd } from "@leverframe/kernel";
import { kindOfWindow, LocalCalendar, type WindowKind } from "./calendar-window";
import type { AccountRef } from "./ledger-store";

/** A budget as policies declare it. */
export interface BudgetCap {
  /** `tenant:acme`, `department:acme/sales`, `user:acme/ann`, `route:acme/code` */
  readonly scope: string;
  readonly window: WindowKind;
  readonly capMicroUsd: MicroUsd;
  /** A soft cap never refuses; it alerts. */
  readonly hard: boolean;
  /** Percent of the cap at which somebody wants to know. */
  readonly alertPercents: readonly number[];
  /** From this percent of the cap on the band is `exceeded`; what is left is spent as the policy then allows. Without it: 100. */
  readonly downgradeFromPercent?: number;
  readonly timeZone: string;
}

/** Who pays. A user is counted within the tenant; null when the request names none. */
export interface Payer {
  readonly tenant: string;
  readonly department: string;
  readonly user: string | null;
  /** The route that the permit names; it pays only where it has a budget of its own. */
  readonly route?: string | null;
}

interface CountedWindow {
  readonly kind: WindowKind;
  readonly calendar: LocalCalendar;
  readonly capMicroUsd: MicroUsd | null;
  readonly hard: boolean;
}

const WINDOW_ORDER: readonly WindowKind[] = ["month", "day", "total"];

/** Which accounts a request touches: compiled once from the declared budgets, then asked for every request. */
export class AccountBook {
  readonly #caps = new Map<string, BudgetCap>();
  readonly #calendars = new Map<string, LocalCalendar>();
  readonly #capped = new Map<string, readonly CountedWindow[]>();
  readonly #timeZoneByTenant = new Map<string, string>();
  /** Scopes without a budget, by time zone: their month is counted all the same. */
  readonly #uncapped = new Map<string, readonly CountedWindow[]>();
  readonly #timeZoneDefault: string;

  /** `bad_config` on a time zone that is none, or two budgets for one scope and window. */
  constructor(budgets: readonly BudgetCap[], timeZoneDefault = "UTC") {
    this.#timeZoneDefault = timeZoneDefault;
    for (const budget of budgets) this.#declare(budget);
    for (const scope of new Set(budgets.map((budget) => budget.scope))) {
      this.#capped.set(scope, this.#windowsOf(scope, tenantOf(scope)));
    }
    this.#calendar(timeZoneDefault);
  }

  /**
   * The tenant's, the department's, the user's and the route's accounts at this time, in that order (a refusal names the
   * first that is short). Every scope of a payer is counted by month, capped or not, so that a cap declared later finds the month's spend.
   */
  accountsOf(payer: Payer, atMicros: number): readonly AccountRef[] {
    const { tenant, department, user, route } = payer;
    const accounts: AccountRef[] = [];
    this.#add(accounts, `tenant:${tenant}`, tenant, atMicros);
    this.#add(accounts, `department:${tenant}/${department}`, tenant, atMicros);
    if (user !== null) this.#add(accounts, `user:${tenant}/${printable(user)}`, tenant, atMicros);
    const partition = `route:${tenant}/${route ?? ""}`;
    if (this.#capped.has(partition)) this.#add(accounts, partition, tenant, atMicros);
    return accounts;
  }

  /** The budget that an account stands for; null when it is only counted. */
  budgetOf(scope: string, window: string): BudgetCap | null {
    return this.#caps.get(`${scope} ${kindOfWindow(window)}`) ?? null;
  }

  #declare(budget: BudgetCap): void {
    const key = `${budget.scope} ${budget.window}`;
    if (this.#caps.has(key)) {
      const message = `budgets declare \`${budget.scope}\` per \`${budget.window}\` twice; expected one budget for each`;
      throw new AppError("bad_config", message);
    }
    this.#caps.set(key, budget);
    this.#calendar(budget.timeZone);
    // A scope without a budget counts its months where its tenant does: by the tenant's own budget, else by any below it.
    const tenant = tenantOf(budget.scope);
    if (budget.scope === `tenant:${tenant}` || !this.#timeZoneByTenant.has(tenant)) {
      this.#timeZoneByTenant.set(tenant, budget.timeZone);
    }
  }

  #add(accounts: AccountRef[], scope: string, tenant: string, atMicros: number): void {
    for (const { kind, calendar, capMicroUsd, hard } of this.#capped.get(scope) ?? this.#countedOnly(tenant)) {
      accounts.push({ scope, window: calendar.windowAt(kind, atMicros), capMicroUsd, hard });
    }
  }

  #windowsOf(scope: string, tenant: string): readonly CountedWindow[] {
    return WINDOW_ORDER.flatMap((kind): readonly CountedWindow[] => {
      const budget = this.#caps.get(`${scope} ${kind}`);
      if (!budget) return kind === "month" ? this.#countedOnly(tenant) : [];
      const { capMicroUsd, hard, timeZone } = budget;
      return [{ kind, calendar: this.#calendar(timeZone), capMicroUsd, hard }];
    });
  }

  #countedOnly(tenant: string): readonly CountedWindow[] {
    const timeZone = this.#timeZoneByTenant.get(tenant) ?? this.#timeZoneDefault;
    const known = this.#uncapped.get(timeZone);
    if (known) return known;
    const windows = [{ kind: "month", calendar: this.#calendar(timeZone), capMicroUsd: null, hard: false }] as const;
    this.#uncapped.set(timeZone, windows);
    return windows;
  }

  #calendar(timeZone: string): LocalCalendar {
    const known = this.#calendars.get(timeZone);
    if (known) return known;
    const calendar = new LocalCalendar(timeZone);
    this.#calendars.set(timeZone, calendar);
    return calendar;
  }
}

/** `acme` of `tenant:acme`, `department:acme/sales`, … */
function tenantOf(scope: string): string {
  return /^[^:]*:([^/]*)/.exec(scope)?.[1] ?? "";
}

/** A user's name comes from the request: what no account name may hold is percent-encoded, `%` too so that none clash. */
function printable(user: string): string {
  if (!/[\u0000-\u001f\u007f%]/.test(user)) return user;
  return user.replace(/[\u0000-\u001f\u007f%]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
