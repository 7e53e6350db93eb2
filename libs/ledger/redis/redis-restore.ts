import { accountId, type LedgerSnapshot, isClosed, type RestoreResult, restoredState, checkSnapshot } from "@leverframe/budget";
import type { RedisClient } from "./redis-client";
import { balanceText, overrideText, restoredFields } from "./redis-encoding";
import type { LedgerKeys } from "./redis-reads";

const BATCH = 500;

/**
 * Writes the snapshot beside what is there, in as many steps as it takes, and then puts it in its place in one script. A
 * restore that dies before that has changed nothing; the next one begins anew.
 */
export async function restoreInto(client: RedisClient, prefix: string, keys: LedgerKeys, keepSeconds: number, snapshot: LedgerSnapshot): Promise<RestoreResult> {
  checkSnapshot(snapshot);
  const { epoch, sequence, balances, overrides } = snapshot;
  const states = snapshot.reservations.map(restoredState);
  const aside = `${prefix}restore:`;
  const next = keysAside(aside);
  await client.run((redis) => redis.del(next.balances, next.uncleared, next.overrides, next.names));
  const inBatches = async <Item>(items: readonly Item[], write: (batch: readonly Item[]) => Promise<unknown>) => {
    for (let index = 0; index < items.length; index += BATCH) await write(items.slice(index, index + BATCH));
  };
  await inBatches(balances, (batch) => client.run((redis) => redis.hset(next.balances, ...batch.flatMap((one) => [accountId(one), balanceText(one)]))));
  await inBatches(overrides, (batch) => client.run((redis) => redis.hset(next.overrides, ...batch.flatMap((one) => [one.overrideId, overrideText(one)]))));
  await inBatches(states, (batch) =>
    client.run(async (redis) => {
      const pipeline = redis.pipeline();
      for (const state of batch) {
        const key = `${aside}reservation:${state.reservationId}`;
        pipeline.del(key).hset(key, ...restoredFields(state)).rpush(next.names, state.reservationId);
        if (!isClosed(state)) pipeline.zadd(next.uncleared, state.reservedAtMicros, state.reservationId);
      }
      const results = await pipeline.exec();
      for (const [error] of results ?? []) if (error) throw error;
    }),
  );
  const asides = [next.balances, next.uncleared, next.overrides, next.names];
  const args = [epoch, sequence, keepSeconds, keys.reservation, `${aside}reservation:`];
  const [status, written] = (await client.script("lf_restore_v2", [keys.meta, keys.balances, keys.uncleared, keys.overrides, keys.outbox, ...asides], args)).map(String);
  if (status === "behind") return { status, sequence: Number(written) };
  return { status: status === "same_epoch" ? status : "restored" };
}

const keysAside = (aside: string) => ({ balances: `${aside}balances`, uncleared: `${aside}uncleared`, overrides: `${aside}overrides`, names: `${aside}names` });
