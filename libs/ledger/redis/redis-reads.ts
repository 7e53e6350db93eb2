import { type AccountKey, type AccountsPage, accountId, type Balance, emptyBalance, type JournalEntry, keepingOf, type LedgerCounts, type Outbox, type Override, type Uncleared, type UnclearedReservation } from "@leverframe/budget";
import { fenced, type LedgerLife } from "./ledger-life";
import type { RedisClient } from "./redis-client";
import { accountFrom, balanceFrom, overrideFrom } from "./redis-encoding";
import { entryFrom } from "./stream-entry";
import { readUncleared } from "./uncleared-reads";

const SCAN_COUNT = 1_000;

export interface LedgerKeys {
  readonly meta: string;
  readonly balances: string;
  /** What accounts without an end stood at, and since when. */
  readonly idle: string;
  readonly overrides: string;
  readonly outbox: string;
  readonly uncleared: string;
  /** And a reservation's id. */
  readonly reservation: string;
  /** And the minute. */
  readonly minute: string;
}

export function keysOf(prefix: string): LedgerKeys {
  const names = ["meta", "balances", "idle", "overrides", "outbox", "uncleared"] as const;
  const keys = Object.fromEntries(names.map((name) => [name, prefix + name])) as Record<(typeof names)[number], string>;
  return { ...keys, reservation: `${prefix}reservation:`, minute: `${prefix}minute:` };
}

/** What is asked of the ledger without changing an account. Refused as well when the epoch is another. */
export class RedisReads implements Outbox {
  readonly #client: RedisClient;
  readonly #keys: LedgerKeys;
  readonly #life: LedgerLife | null;
  /** Where the entries stand that were read and are not yet acknowledged, and in which life: another gives the same ids to others. */
  readonly #streamIds = new Map<string, string>();
  #readIn = "";

  /** `life` null: for a repair, which reads whatever is there. */
  constructor(client: RedisClient, keys: LedgerKeys, life: LedgerLife | null) {
    this.#client = client;
    this.#keys = keys;
    this.#life = life;
  }

  async read(countMax: number): Promise<readonly JournalEntry[]> {
    await this.checkEpoch();
    const epoch = this.#epoch;
    const rows = await this.#client.run((redis) => redis.xrange(this.#keys.outbox, "-", "+", "COUNT", countMax));
    // Of one life, whatever happened in between: entries of two would be taken for each other.
    if (epoch !== this.#epoch || (await this.#epochThere()) !== epoch) return [];
    if (epoch !== this.#readIn) this.#streamIds.clear();
    this.#readIn = epoch;
    // What leaves for the log must not be taken back by a failover.
    await this.#client.replicated();
    return rows.map(([streamId, fields]) => {
      const entry = entryFrom(streamId, fields);
      this.#streamIds.set(entry.entryId, streamId);
      return entry;
    });
  }

  async acknowledge(entryIds: readonly string[]): Promise<void> {
    const streamIds = entryIds.flatMap((entryId) => this.#streamIds.get(entryId) ?? []);
    if (streamIds.length === 0) return;
    await this.#client.script("lf_acknowledge_v1", [this.#keys.meta, this.#keys.outbox], [this.#readIn, 0, ...streamIds]);
    for (const entryId of entryIds) this.#streamIds.delete(entryId);
  }

  /** Not one moment's picture while commands run: a large ledger must not hold up the server. */
  async balances(scopePrefix: string): Promise<readonly Balance[]> {
    const found = new Map<string, Balance>();
    let cursor: string | null = null;
    do {
      const page: AccountsPage = await this.accountsFrom(cursor, SCAN_COUNT);
      for (const balance of page.accounts) if (balance.scope.startsWith(scopePrefix)) found.set(accountId(balance), balance);
      cursor = page.next;
    } while (cursor !== null);
    return [...found.values()];
  }

  async accountsFrom(cursor: string | null, countMax: number): Promise<AccountsPage> {
    await this.checkEpoch();
    const [next, pairs] = await this.#client.run((redis) => redis.hscan(this.#keys.balances, cursor ?? "0", "COUNT", countMax));
    const accounts: Balance[] = [];
    for (let index = 0; index < pairs.length; index += 2) accounts.push(balanceFrom(accountFrom(pairs[index] ?? ""), pairs[index + 1] ?? ""));
    return { accounts, next: next === "0" ? null : next };
  }

  async counts(): Promise<LedgerCounts> {
    await this.checkEpoch();
    const [accounts, records] = await this.#client.run((redis) => Promise.all([redis.hlen(this.#keys.balances), redis.dbsize()]));
    return { accounts, records };
  }

  /** One question for the lasting accounts, and one for each minute. */
  async balancesOf(accounts: readonly AccountKey[]): Promise<readonly Balance[]> {
    if (accounts.length === 0) return [];
    const byHash = new Map<string, string[]>();
    for (const account of accounts) {
      const hash = keepingOf(account.window) === "minute" ? this.#keys.minute + account.window : this.#keys.balances;
      byHash.set(hash, [...(byHash.get(hash) ?? []), accountId(account)]);
    }
    const found = new Map<string, string | null>();
    await Promise.all([
      this.checkEpoch(),
      ...[...byHash].map(async ([hash, ids]) => {
        const values = await this.#client.run((redis) => redis.hmget(hash, ...ids));
        ids.forEach((id, index) => found.set(id, values[index] ?? null));
      }),
    ]);
    return accounts.map((account) => {
      const value = found.get(accountId(account)) ?? null;
      return value === null ? emptyBalance(account) : balanceFrom(account, value);
    });
  }

  async overrides(): Promise<readonly Override[]> {
    await this.checkEpoch();
    const texts = await this.#client.run((redis) => redis.hvals(this.#keys.overrides));
    return texts.map(overrideFrom).sort((a, b) => (a.overrideId < b.overrideId ? -1 : 1));
  }

  async position(): Promise<number> {
    await this.checkEpoch();
    return Number((await this.#client.run((redis) => redis.hget(this.#keys.meta, "sequence"))) ?? 0);
  }

  async uncleared(): Promise<Uncleared> {
    await this.checkEpoch();
    const [count, [, oldest]] = await this.#client.run((redis) =>
      Promise.all([redis.zcard(this.#keys.uncleared), redis.zrange(this.#keys.uncleared, 0, 0, "WITHSCORES")]),
    );
    return { count, oldestReservedAtMicros: oldest === undefined ? null : Number(oldest) };
  }

  async unclearedReservations(reservedBeforeMicros: number, countMax: number): Promise<readonly UnclearedReservation[]> {
    await this.checkEpoch();
    return readUncleared(this.#client, this.#keys, reservedBeforeMicros, countMax);
  }

  /** Rejects when another ledger is there than the one that was opened, unless that one was rebuilt in its place. */
  async checkEpoch(): Promise<void> {
    if (this.#life === null) return;
    const { epoch } = this.#life;
    const found = await this.#epochThere();
    if (found !== epoch && !(await this.#life.follow(epoch))) throw fenced(found, epoch);
  }

  get #epoch(): string {
    return this.#life?.epoch ?? "";
  }

  #epochThere(): Promise<string | null> {
    return this.#client.run((redis) => redis.hget(this.#keys.meta, "epoch"));
  }
}
