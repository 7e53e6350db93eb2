import { AccountBook, type Balance, bandOf, type BudgetBand } from "@leverframe/budget";
import type { Origin } from "@leverframe/events";
import { AppError, type Clock, MICROS_PER_MS } from "@leverframe/kernel";
import type { Budgets, PolicySet } from "@leverframe/policy";

export interface BudgetBandsOptions {
  /** Every account as it stands; throws when the ledger cannot be asked. */
  readonly balances: () => Promise<readonly Balance[]>;
  readonly clock: Clock;
  /** Told once for each time that the ledger could not be asked. */
  readonly onError: (error: unknown) => void;
  /** How old a balance may be. */
  readonly freshMs: number;
  /** How long a request waits for the ledger, and how long an error is believed. */
  readonly waitMs: number;
}

/** Settled micro-dollars by `scope window`; null: the ledger could not be asked. */
type Settled = ReadonlyMap<string, number> | null;

const ORDER: readonly BudgetBand[] = ["ok", "warning", "exceeded"];
const ATTRIBUTE_OF: Readonly<Record<string, string>> = { tenant: "budgetBandTenant", department: "budgetBandDepartment", user: "budgetBandUser" };
const WORST = "budgetBand";
const NAMES = [WORST, ...Object.values(ATTRIBUTE_OF)];

/**
 * The budget bands that a decision may look at. They go by what is settled, which only rises within a window, and may
 * be `freshMs` old: the caps themselves are held by the ledger. When it cannot be asked the bands are left out, so that
 * they are unknown: rules that restrict fire, rules that grant do not, and the permit says so.
 */
export class BudgetBands {
  readonly #books = new WeakMap<Budgets, AccountBook>();
  #settled: Settled = null;
  #freshUntilMicros = 0;
  #asking: Promise<Settled> | null = null;

  constructor(private readonly options: BudgetBandsOptions) {}

  /** Those of the band attributes that the set's rules ask about. */
  async stateOf(set: PolicySet, origin: Origin): Promise<Readonly<Record<string, string>>> {
    const asked = NAMES.filter((name) => set.index.slots.scalars.has(name));
    if (asked.length === 0) return {};
    const settled = await this.#fresh();
    if (settled === null) return {};
    const bands = bandsOf(this.#bookOf(set.budgets), origin, settled);
    return Object.fromEntries(asked.map((name) => [name, bands.get(name) ?? "ok"]));
  }

  #fresh(): Settled | Promise<Settled> {
    if (this.options.clock.nowMicros() < this.#freshUntilMicros) return this.#settled;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<Settled> {
    const { balances, clock, freshMs, waitMs, onError } = this.options;
    try {
      const found = await within(balances(), waitMs);
      this.#settled = new Map(found.map(({ scope, window, settled }) => [`${scope} ${window}`, settled]));
      this.#freshUntilMicros = clock.nowMicros() + freshMs * MICROS_PER_MS;
    } catch (error) {
      onError(error);
      this.#settled = null;
      this.#freshUntilMicros = clock.nowMicros() + waitMs * MICROS_PER_MS;
    }
    return this.#settled;
  }

  #bookOf(budgets: Budgets): AccountBook {
    const book = this.#books.get(budgets) ?? new AccountBook(budgets.caps);
    this.#books.set(budgets, book);
    return book;
  }
}

/** A scope in several windows has the worst of their bands; one without a budget is `ok`. */
function bandsOf(book: AccountBook, origin: Origin, settled: ReadonlyMap<string, number>): ReadonlyMap<string, BudgetBand> {
  const bands = new Map<string, BudgetBand>();
  for (const { scope, window } of book.accountsOf(origin, origin.receivedAt)) {
    const budget = book.budgetOf(scope, window);
    if (!budget) continue;
    const band = bandOf(settled.get(`${scope} ${window}`) ?? 0, budget);
    for (const name of [WORST, ATTRIBUTE_OF[scope.slice(0, scope.indexOf(":"))] ?? WORST]) {
      if (ORDER.indexOf(band) >= ORDER.indexOf(bands.get(name) ?? "ok")) bands.set(name, band);
    }
  }
  return bands;
}

async function within<T>(promise: Promise<T>, waitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError("unavailable", `the ledger gave no balances within ${waitMs} ms`)), waitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
