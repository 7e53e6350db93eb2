import { type AccountKey, accountId, type Balance, emptyBalance } from "@leverframe/budget";
import { AppError, type Clock, MICROS_PER_MS } from "@leverframe/kernel";

export interface FreshBalancesOptions {
  /** These accounts as they stand, in order; rejects when the ledger cannot be asked. */
  readonly balancesOf: (accounts: readonly AccountKey[]) => Promise<readonly Balance[]>;
  readonly clock: Clock;
  /** Told once for each time that the ledger could not be asked. */
  readonly onError: (error: unknown) => void;
  /** How old a balance may be. */
  readonly freshMs: number;
  /** How long a request waits for the ledger, and how long an error is believed. */
  readonly waitMs: number;
}

/** Looks up accounts that were asked for; null: the ledger could not be asked. */
export type FreshBalances = (accounts: readonly AccountKey[]) => Promise<((account: AccountKey) => Balance) | null>;

interface Known {
  readonly balance: Balance;
  readonly freshUntilMicros: number;
}

const ACCOUNTS_MAX = 50_000;

/** Asks the ledger for accounts by their keys, each at most once in `freshMs`, those of one turn together. */
export function freshBalances({ balancesOf, clock, onError, freshMs, waitMs }: FreshBalancesOptions): FreshBalances {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<boolean>>();
  let failedUntilMicros = 0;
  let batch: { readonly accounts: Map<string, AccountKey>; readonly answered: Promise<boolean> } | null = null;

  const ask = async (accounts: ReadonlyMap<string, AccountKey>): Promise<boolean> => {
    try {
      const balances = await within(balancesOf([...accounts.values()]), waitMs);
      const freshUntilMicros = clock.nowMicros() + freshMs * MICROS_PER_MS;
      if (known.size > ACCOUNTS_MAX) known.clear();
      balances.forEach((balance) => known.set(accountId(balance), { balance, freshUntilMicros }));
      return true;
    } catch (error) {
      onError(error);
      failedUntilMicros = clock.nowMicros() + waitMs * MICROS_PER_MS;
      return false;
    } finally {
      for (const id of accounts.keys()) asking.delete(id);
    }
  };
  const inBatch = (id: string, account: AccountKey): Promise<boolean> => {
    if (batch === null) {
      const accounts = new Map<string, AccountKey>();
      const answered = Promise.resolve().then(() => {
        batch = null;
        return ask(accounts);
      });
      batch = { accounts, answered };
    }
    batch.accounts.set(id, account);
    asking.set(id, batch.answered);
    return batch.answered;
  };

  return async (accounts) => {
    const nowMicros = clock.nowMicros();
    if (nowMicros < failedUntilMicros) return null;
    const waiting = new Set<Promise<boolean>>();
    for (const account of accounts) {
      const id = accountId(account);
      if ((known.get(id)?.freshUntilMicros ?? 0) > nowMicros) continue;
      waiting.add(asking.get(id) ?? inBatch(id, account));
    }
    if (waiting.size > 0 && (await Promise.all(waiting)).includes(false)) return null;
    return (account) => known.get(accountId(account))?.balance ?? emptyBalance(account);
  };
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
