import type { DeferredStore, LeavingRequest, ParkRequest, Waiting, WaitingRequest } from "@leverframe/deferral";
import type { RedisClient, ScriptArgument, ScriptName } from "./redis-client";

/** The ledger's fence: its epoch, and the last sequence that was seen. */
export interface Fence {
  /** Runs a script with the fence before its arguments. */
  readonly script: (name: ScriptName, keys: readonly string[], args: readonly ScriptArgument[]) => Promise<Buffer[]>;
  /** Rejects when another ledger is there than the one that was opened. */
  readonly check: () => Promise<void>;
  readonly keepSeconds: number;
  readonly parkedMax: number;
}

/** All but the event, in the order in which they are read. */
const FIELDS = ["request", "tenant", "lane", "arrived", "parkedAt", "until", "rests", "need"] as const;

/** Requests that wait, beside the ledger in Redis. A request that is read while it leaves is left out. */
export class RedisDeferred implements DeferredStore {
  readonly #client: RedisClient;
  readonly #fence: Fence;
  readonly #prefix: string;

  constructor(client: RedisClient, ledgerPrefix: string, fence: Fence) {
    this.#client = client;
    this.#fence = fence;
    this.#prefix = `${ledgerPrefix}deferred:`;
  }

  async park(request: ParkRequest): Promise<"parked" | "known" | "full"> {
    const { parkId, requestId, tenant, lane, arrivedAtMicros, parkedAtMicros, untilMicros, restsUntilMicros, need, event } = request;
    const values = [requestId, tenant, lane, arrivedAtMicros, parkedAtMicros, untilMicros, restsUntilMicros, need];
    const pairs = FIELDS.flatMap((field, index) => [field, values[index] ?? ""]);
    const keys = this.#keys("meta", `request:${parkId}`, "lanes", `lane:${lane}`, "until", "parked");
    const args = [parkId, lane, arrivedAtMicros, untilMicros, parkedAtMicros, this.#fence.parkedMax, ...pairs, "event", event];
    const [status] = await this.#fence.script("lf_park_v1", keys, args);
    return String(status) as "parked" | "known" | "full";
  }

  async waiting(): Promise<Waiting> {
    await this.#fence.check();
    const key = `${this.#prefix}parked`;
    const [count, [, oldest]] = await this.#client.run((redis) => Promise.all([redis.zcard(key), redis.zrange(key, 0, 0, "WITHSCORES")]));
    return { count, oldestParkedAtMicros: oldest === undefined ? null : Number(oldest) };
  }

  async lanes(): Promise<readonly string[]> {
    await this.#fence.check();
    return (await this.#client.run((redis) => redis.smembers(`${this.#prefix}lanes`))).sort();
  }

  async line(lane: string, countMax: number): Promise<readonly WaitingRequest[]> {
    await this.#fence.check();
    return this.#read(await this.#client.run((redis) => redis.zrange(`${this.#prefix}lane:${lane}`, 0, countMax - 1)));
  }

  async overdue(nowMicros: number, countMax: number): Promise<readonly WaitingRequest[]> {
    await this.#fence.check();
    return this.#read(await this.#client.run((redis) => redis.zrangebyscore(`${this.#prefix}until`, "-inf", nowMicros, "LIMIT", 0, countMax)));
  }

  async leave(parkId: string, nowMicros: number): Promise<void> {
    const lane = await this.#client.run((redis) => redis.hget(this.#request(parkId), "lane"));
    if (lane === null) return;
    const keys = this.#keys("meta", `request:${parkId}`, "lanes", `lane:${lane}`, "until", "parked", "leaving");
    await this.#fence.script("lf_leave_v1", keys, [parkId, lane, nowMicros]);
  }

  async leaving(countMax: number): Promise<readonly LeavingRequest[]> {
    await this.#fence.check();
    const parkIds = await this.#client.run((redis) => redis.zrange(`${this.#prefix}leaving`, 0, countMax - 1));
    // What leaves for the log must not be taken back by a failover.
    await this.#client.replicated();
    const found = await Promise.all(
      parkIds.map(async (parkId): Promise<readonly LeavingRequest[]> => {
        const [left, event, ...values] = await this.#client.run((redis) => redis.hmgetBuffer(this.#request(parkId), "left", "event", ...FIELDS));
        if (!left || !event) return [];
        return [{ ...waitingFrom(parkId, values.map((value) => value?.toString() ?? "")), leftAtMicros: Number(left.toString()), event: new Uint8Array(event.buffer, event.byteOffset, event.byteLength) }];
      }),
    );
    return found.flat().sort((a, b) => a.leftAtMicros - b.leftAtMicros || a.arrivedAtMicros - b.arrivedAtMicros || (a.parkId < b.parkId ? -1 : 1));
  }

  async gone(parkId: string): Promise<void> {
    const args = [parkId, this.#fence.keepSeconds];
    await this.#fence.script("lf_gone_v1", this.#keys("meta", `request:${parkId}`, "leaving"), args);
  }

  async lead(owner: string, nowMicros: number, untilMicros: number): Promise<boolean> {
    const [leads] = await this.#fence.script("lf_lead_v1", this.#keys("meta", "lead"), [owner, nowMicros, untilMicros]);
    return String(leads) === "yes";
  }

  async #read(parkIds: readonly string[]): Promise<readonly WaitingRequest[]> {
    const rows = await Promise.all(parkIds.map((parkId) => this.#client.run((redis) => redis.hmget(this.#request(parkId), ...FIELDS))));
    return parkIds.flatMap((parkId, index) => {
      const values = rows[index] ?? [];
      return values[0] === null || values[0] === undefined ? [] : [waitingFrom(parkId, values.map((value) => value ?? ""))];
    });
  }

  #request(parkId: string): string {
    return `${this.#prefix}request:${parkId}`;
  }

  /** `meta` is the ledger's own. */
  #keys(meta: "meta", ...names: readonly string[]): string[] {
    return [this.#prefix.replace(/deferred:$/, meta), ...names.map((name) => this.#prefix + name)];
  }
}

function waitingFrom(parkId: string, values: readonly string[]): WaitingRequest {
  const [requestId = "", tenant = "", lane = "", arrived, parkedAt, until, rests, need] = values;
  return {
    parkId,
    requestId,
    tenant,
    lane,
    arrivedAtMicros: Number(arrived),
    parkedAtMicros: Number(parkedAt),
    untilMicros: Number(until),
    restsUntilMicros: Number(rests),
    need: Number(need),
  };
}
