import { type Analytics, accountsNow, spendPerDay } from "@leverframe/analytics";
import { type AccountBook, type BudgetCap, tenantOf, type Unit, type WindowKind } from "@leverframe/budget";
import { type DailySpend, type Forecast, forecastWindow } from "@leverframe/forecast";
import { AppError } from "@leverframe/kernel";

/** Where an account will stand at its window's end. Amounts are in its unit. */
export interface BudgetOutlook {
  readonly scope: string;
  readonly window: string;
  readonly unit: Unit;
  /** In force, overrides included; null: only counted. */
  readonly cap: number | null;
  /** As policies declare it; null: only counted. */
  readonly budget: BudgetCap | null;
  readonly reserved: number;
  readonly settled: number;
  readonly forecast: Forecast;
}

/** Windows long enough for a forecast to be of use before they are over. */
const KINDS: readonly WindowKind[] = ["week", "month", "quarter", "year", "fiscal_month", "fiscal_quarter", "fiscal_year"];
const HISTORY_MICROS = 210 * 86_400_000_000;

/** What is asked, and of whom. */
export interface OutlookQuestion {
  readonly analytics: Analytics;
  /** Those of the policy set, and the book made of them. */
  readonly caps: readonly BudgetCap[];
  readonly book: AccountBook;
  readonly nowMicros: number;
  /** Whether a scope with a budget of its own is asked for. */
  readonly fits: (scope: string) => boolean;
  /** Scopes that are wanted whether they have a budget or not; one without is forecast for its month, in dollars. */
  readonly named?: readonly string[];
}

interface Account {
  readonly scope: string;
  readonly kind: WindowKind;
  readonly unit: Unit;
  readonly timeZone: string;
  readonly budget: BudgetCap | null;
}

/**
 * Forecasts of accounts, by the journal as analytics holds it; `unavailable` when that cannot be asked. One takes some
 * milliseconds, so the turn is given away between them.
 */
export async function* budgetOutlook(question: OutlookQuestion): AsyncGenerator<BudgetOutlook> {
  const { analytics, book, nowMicros } = question;
  const accounts = accountsIn(question);
  if (accounts.length === 0) return;
  const windowOf = ({ scope, kind }: Account) => book.calendarOf(scope).windowAt(kind, nowMicros);
  const scopes = [...new Set(accounts.map(({ scope }) => scope))];
  const states = new Map((await accountsNow(analytics, scopes, [...new Set(accounts.map(windowOf))])).map((state) => [`${state.scope} ${state.window} ${state.unit}`, state]));
  for (const timeZone of new Set(accounts.map((account) => account.timeZone))) {
    const local = accounts.filter((account) => account.timeZone === timeZone);
    const history = await historyOf(question, timeZone, local);
    for (const account of local) {
      const { scope, unit, budget } = account;
      const window = windowOf(account);
      const state = states.get(`${scope} ${window} ${unit}`);
      // Without an entry yet the window is young, and what policies declare is in force.
      const cap = state?.cap ?? budget?.cap ?? null;
      const forecast = forecastOf(account, book, history.get(`${scope} ${unit}`) ?? [], cap, nowMicros);
      yield { scope, window, unit, cap, budget, reserved: state?.reserved ?? 0, settled: state?.settled ?? 0, forecast };
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function accountsIn({ caps, book, nowMicros, fits, named = [] }: OutlookQuestion): readonly Account[] {
  const wanted = ({ scope, window }: BudgetCap) => KINDS.includes(window) && !scope.endsWith("*") && (named.includes(scope) || fits(scope));
  const capped = caps.filter(wanted).map((budget): Account => ({ scope: budget.scope, kind: budget.window, unit: budget.unit, timeZone: budget.timeZone, budget }));
  const known = new Set(capped.map(({ scope }) => scope));
  const counted = named.filter((scope) => !known.has(scope) && !scope.includes("*")).map((scope): Account => {
    const tenant = tenantOf(scope);
    const neighbours = caps.filter((cap) => tenantOf(cap.scope) === tenant);
    const timeZone = (neighbours.find((cap) => cap.scope === `tenant:${tenant}`) ?? neighbours[0])?.timeZone ?? "UTC";
    return { scope, kind: "month", unit: "usd", timeZone, budget: book.budgetOf(scope, book.calendarOf(scope).windowAt("month", nowMicros), "usd") };
  });
  return [...capped, ...counted];
}

async function historyOf({ analytics, nowMicros }: OutlookQuestion, timeZone: string, accounts: readonly Account[]): Promise<ReadonlyMap<string, readonly DailySpend[]>> {
  const days = await spendPerDay(analytics, { fromMicros: nowMicros - HISTORY_MICROS, timeZone, scopes: [...new Set(accounts.map(({ scope }) => scope))] });
  const history = new Map<string, DailySpend[]>();
  for (const { scope, unit, day, amount } of days) {
    const key = `${scope} ${unit}`;
    const known = history.get(key);
    if (known) known.push({ day, amount });
    else history.set(key, [{ day, amount }]);
  }
  return history;
}

function forecastOf({ kind, scope }: Account, book: AccountBook, spend: readonly DailySpend[], cap: number | null, nowMicros: number): Forecast {
  const calendar = book.calendarOf(scope);
  const bounds = calendar.boundsAt(kind, nowMicros);
  if (bounds === null) throw new AppError("internal", `window \`${kind}\` of \`${scope}\` has no end`);
  const day = (micros: number) => calendar.windowAt("day", micros);
  return forecastWindow({ spend, today: day(nowMicros), from: day(bounds.startsAtMicros), to: day(bounds.endsAtMicros - 1), cap });
}
