import type { ChargeBasis, UnclearedAttempt, UnclearedReservation } from "@leverframe/budget";
import type { RedisClient } from "./redis-client";
import type { LedgerKeys } from "./redis-reads";

/** Those reserved before this moment, oldest first. Kept outcomes, which are large, are not fetched. */
export async function readUncleared(client: RedisClient, keys: LedgerKeys, reservedBeforeMicros: number, countMax: number): Promise<readonly UnclearedReservation[]> {
  const page = ["LIMIT", 0, countMax] as const;
  const rows = await client.run((redis) => redis.zrangebyscore(keys.uncleared, "-inf", `(${reservedBeforeMicros}`, "WITHSCORES", ...page));
  const found: Promise<UnclearedReservation>[] = [];
  for (let index = 0; index < rows.length; index += 2) found.push(readOne(client, keys, rows[index] ?? "", Number(rows[index + 1])));
  return Promise.all(found);
}

async function readOne(client: RedisClient, keys: LedgerKeys, reservationId: string, reservedAtMicros: number): Promise<UnclearedReservation> {
  const key = keys.reservation + reservationId;
  const names = await client.run((redis) => redis.hkeys(key));
  const attemptIds = names.filter((name) => name.startsWith("a:")).map((name) => name.slice("a:".length)).sort();
  const fields = ["request", "tenant", "open", "flight", "released", "restored", ...attemptIds.flatMap((id) => [`a:${id}`, `c:${id}`])];
  const [requestId, tenant, open, flight, released, restored, ...attempts] = await client.run((redis) => redis.hmget(key, ...fields));
  const ended = new Set(names.filter((name) => name.startsWith("o:")).map((name) => name.slice("o:".length)));
  return {
    reservationId,
    requestId: requestId ?? "",
    tenant: tenant ?? "",
    reservedAtMicros,
    openMicroUsd: dollars(open),
    inFlightMicroUsd: dollars(flight),
    released: released === "1",
    restored: restored === "1",
    attempts: attemptIds.map((id, index) => attemptFrom(id, attempts[2 * index] ?? "", attempts[2 * index + 1] ?? null, ended.has(id))),
  };
}

/** Of the first line, which is that of dollars. */
const dollars = (amounts: string | null | undefined): number => Number((amounts ?? "0").split(",")[0]);

/** `worst began token owner`, a line end, `tokens<TAB>labels`; the charge is `dollars tokens basis`, and was not kept before there were corrections. */
function attemptFrom(attemptId: string, begun: string, charge: string | null, finished: boolean): UnclearedAttempt {
  const [, worst, began, owner = "", tokens] = /^(\d+) (\d+) \S+ ([^\n]*)(?:\n(\d+))?/.exec(begun) ?? [];
  const [charged, , basis] = charge?.split(" ") ?? [];
  return {
    attemptId,
    status: finished ? "finished" : "in_flight",
    worstCaseMicroUsd: Number(worst),
    worstCaseTokens: Number(tokens ?? 0),
    owner,
    beganAtMicros: Number(began),
    chargeMicroUsd: charged === undefined ? null : Number(charged),
    basis: (basis as ChargeBasis | undefined) ?? null,
  };
}
