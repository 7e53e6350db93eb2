import type { Balance, JournalEntry, Outbox, Uncleared } from "@leverframe/budget";
import { AppError } from "@leverframe/kernel";
import type { RedisClient } from "./redis-client";
import { entryFrom } from "./stream-entry";

const SCAN_COUNT = 1_000;

export interface LedgerKeys {
  readonly meta: string;
  readonly balances: string;
  readonly outbox: string;
  readonly uncleared: string;
}

/** What is asked of the ledger without changing an account. Refused as well when the epoch is another. */
export class RedisReads implements Outbox {
  readonly #client: RedisClient;
  readonly #keys: LedgerKeys;
  readonly #epoch: string;
  /** Where the entries stand that were read and are not yet acknowledged. */
  readonly #streamIds = new Map<string, string>();

  constructor(client: RedisClient, keys: LedgerKeys, epoch: string) {
    this.#client = client;
    this.#keys = keys;
    this.#epoch = epoch;
  }

  async read(countMax: number): Promise<readonly JournalEntry[]> {
    await this.#checkEpoch();
    const rows = await this.#client.run((redis) => redis.xrange(this.#keys.outbox, "-", "+", "COUNT", countMax));
    return rows.map(([streamId, fields]) => {
      const entry = entryFrom(streamId, fields);
      this.#streamIds.set(entry.entryId, streamId);
      return entry;
    });
  }

  async acknowledge(entryIds: readonly string[]): Promise<void> {
    const streamIds = entryIds.flatMap((entryId) => this.#streamIds.get(entryId) ?? []);
    if (streamIds.length === 0) return;
    await this.#client.run((redis) => redis.xdel(this.#keys.outbox, ...streamIds));
    for (const entryId of entryIds) this.#streamIds.delete(entryId);
  }

  /** Not one moment's picture while commands run: a large ledger must not hold up the server. */
  async balances(scopePrefix: string): Promise<readonly Balance[]> {
    await this.#checkEpoch();
    const found = new Map<string, Balance>();
    let cursor = "0";
    do {
      const [next, pairs] = await this.#client.run((redis) =>
        redis.hscan(this.#keys.balances, cursor, "COUNT", SCAN_COUNT),
      );
      for (let index = 0; index < pairs.length; index += 2) {
        const account = pairs[index] ?? "";
        if (account.startsWith(scopePrefix)) found.set(account, balanceFrom(account, pairs[index + 1] ?? ""));
      }
      cursor = next;
    } while (cursor !== "0");
    return [...found.values()];
  }

  async uncleared(): Promise<Uncleared> {
    await this.#checkEpoch();
    const [count, [, oldest]] = await this.#client.run((redis) =>
      Promise.all([redis.zcard(this.#keys.uncleared), redis.zrange(this.#keys.uncleared, 0, 0, "WITHSCORES")]),
    );
    return { count, oldestReservedAtMicros: oldest === undefined ? null : Number(oldest) };
  }

  async #checkEpoch(): Promise<void> {
    const found = await this.#client.run((redis) => redis.hget(this.#keys.meta, "epoch"));
    if (found !== this.#epoch) throw fenced(found, this.#epoch);
  }
}

/** The store is there and is not the one that was opened: nothing is granted or told until it is rebuilt. */
export function fenced(found: string | null, expected: string): AppError {
  const message = `ledger store: the epoch is \`${found ?? ""}\`, expected \`${expected}\`; it lost data and must be rebuilt`;
  return new AppError("unavailable", message);
}

function balanceFrom(account: string, value: string): Balance {
  const [scope = "", window = ""] = account.split("\t");
  const [reserved, settled, cap = ""] = value.split(" ");
  return {
    scope,
    window,
    capMicroUsd: cap === "" ? null : Number(cap),
    reservedMicroUsd: Number(reserved),
    settledMicroUsd: Number(settled),
  };
}
