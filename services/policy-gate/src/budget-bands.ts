import { AccountBook, type AccountRef, type BudgetBand, bandOf, capInForce, kindOfWindow } from "@leverframe/budget";
import type { Origin } from "@leverframe/events";
import type { Clock } from "@leverframe/kernel";
import type { Budgets, PolicySet } from "@leverframe/policy";
import { type FreshBalances, type FreshBalancesOptions, freshBalances } from "./fresh-balances";

export type BudgetBandsOptions = FreshBalancesOptions;

const ORDER: readonly BudgetBand[] = ["ok", "warning", "exceeded"];
const WORST = "budgetBand";
/** Payers by the kind of their scope: each has an attribute, and counts towards the worst of all. */
const PAYERS: Readonly<Record<string, string>> = {
  company: "budgetBandCompany", tenant: "budgetBandTenant", department: "budgetBandDepartment", team: "budgetBandTeam", user: "budgetBandUser",
  application: "budgetBandApplication", run: "budgetBandAgentRun",
};
/** Partitions: an attribute for each name, such as `budgetBandProvider.openai`. Not every call is theirs. */
const PARTITION = /^budgetBand(Route|Provider|Tier|Tag)\.(.+)$/;

/** Which bands the rules of a set ask about. */
interface Asked {
  readonly payers: readonly string[];
  readonly partitions: readonly { readonly attribute: string; readonly kind: string; readonly name: string }[];
}

/**
 * The budget bands that a decision may look at. They go by what is settled and may be a second old: the caps themselves
 * are held by the ledger. When it cannot be asked the bands are left out, so that they are unknown: rules that restrict
 * fire, rules that grant do not, and the permit says so.
 */
export class BudgetBands {
  readonly #books = new WeakMap<Budgets, AccountBook>();
  readonly #asked = new WeakMap<PolicySet, Asked>();
  readonly #balances: FreshBalances;
  readonly #clock: Clock;

  constructor(options: BudgetBandsOptions) {
    this.#balances = freshBalances(options);
    this.#clock = options.clock;
  }

  /** Those of the band attributes that the set's rules ask about. */
  async stateOf(set: PolicySet, origin: Origin, agentRun: string | null = null): Promise<Readonly<Record<string, string>>> {
    const { payers, partitions } = this.#askedOf(set);
    if (payers.length === 0 && partitions.length === 0) return {};
    const book = this.#bookOf(set.budgets);
    const teams = set.facts.userGroups(origin) ?? [];
    const paying = payers.length === 0 ? [] : capped(book, book.accountsOf({ ...origin, teams, agentRun }, origin.receivedAt));
    const parted = partitions.map((one) => capped(book, scopesOf(one.kind, one.name, origin.tenant).flatMap((scope) => book.accountsIn(scope, origin.receivedAt))));
    const accounts = [...paying, ...parted.flat()];
    const settled = await this.#balances(accounts);
    if (settled === null) return {};
    const nowMicros = this.#clock.nowMicros();
    const worstOf = (some: readonly AccountRef[]) => some.map((account) => bandIn(book, account, settled, nowMicros)).reduce(worse, "ok");
    const state: Record<string, string> = {};
    for (const attribute of payers) state[attribute] = worstOf(paying.filter((account) => attribute === WORST || PAYERS[kindOf(account)] === attribute));
    partitions.forEach(({ attribute }, index) => (state[attribute] = worstOf(parted[index] ?? [])));
    return state;
  }

  #askedOf(set: PolicySet): Asked {
    const known = this.#asked.get(set);
    if (known) return known;
    const { scalars } = set.index.slots;
    const partitions = [...scalars.keys()].flatMap((attribute) => {
      const [, kind = "", name = ""] = PARTITION.exec(attribute) ?? [];
      return kind === "" ? [] : { attribute, kind: kind.toLowerCase(), name };
    });
    const asked = { payers: [WORST, ...Object.values(PAYERS)].filter((name) => scalars.has(name)), partitions };
    this.#asked.set(set, asked);
    return asked;
  }

  #bookOf(budgets: Budgets): AccountBook {
    const book = this.#books.get(budgets) ?? new AccountBook(budgets.caps, budgets.timeZoneDefault);
    this.#books.set(budgets, book);
    return book;
  }
}

/** A partition of the tenant, and of the whole company. */
function scopesOf(kind: string, name: string, tenant: string): string[] {
  return kind === "route" ? [`route:${tenant}/${name}`] : [`${kind}:${name}`, `${kind}:${tenant}/${name}`];
}

const kindOf = ({ scope }: AccountRef): string => scope.slice(0, scope.indexOf(":"));
const worse = (a: BudgetBand, b: BudgetBand): BudgetBand => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a);

/** Rates come and go within the minute, and a cap on each request is never used up: neither has a band. */
function capped(book: AccountBook, accounts: readonly AccountRef[]): readonly AccountRef[] {
  return accounts.filter(({ scope, window, unit, cap }) => {
    const kind = cap === null ? null : kindOfWindow(window);
    return kind !== null && kind !== "minute" && kind !== "request" && book.budgetOf(scope, window, unit) !== null;
  });
}

function bandIn(book: AccountBook, account: AccountRef, balances: NonNullable<Awaited<ReturnType<FreshBalances>>>, nowMicros: number): BudgetBand {
  const budget = book.budgetOf(account.scope, account.window, account.unit);
  const balance = balances(account);
  if (!budget) return "ok";
  return bandOf(balance.settled, { ...budget, cap: capInForce(budget.cap, balance.changes, nowMicros) ?? budget.cap });
}
