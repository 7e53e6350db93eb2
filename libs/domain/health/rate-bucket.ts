/** What a provider lets one deployment use, per minute; null: no limit is known. */
export interface RateLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

/** One limit that all instances share, as the store keeps it: a token bucket. */
export interface RateBucket {
  readonly left: number;
  readonly atMicros: number;
}

/** What an instance asks of a shared limit, and what it gives back unused. */
export interface RateDemand {
  readonly key: string;
  readonly perMinute: number;
  readonly wanted: number;
  readonly returned: number;
}

export interface RateGrant {
  readonly key: string;
  readonly granted: number;
  /** When more may be had; meaningful when less was granted than wanted. */
  readonly moreAtMicros: number;
}

const MINUTE_MICROS = 60_000_000;
/** So much of a minute's limit may be used in one instant: providers enforce theirs over seconds, not over whole minutes. */
export const BURST_SHARE = 1 / 6;

export const burstOf = (perMinute: number): number => Math.max(1, Math.floor(perMinute * BURST_SHARE));

/**
 * Draws from a shared bucket, which fills evenly and holds one burst. Whole units; as much as is there, never more, so
 * over any time t all instances together are granted at most burst + perMinute × t. A clock that is behind the last
 * drawer's fills nothing. The Redis store repeats this in Lua; both are held to the same conformance suite.
 */
export function draw(bucket: RateBucket | null, demand: RateDemand, nowMicros: number): { readonly bucket: RateBucket; readonly grant: RateGrant } {
  const { key, perMinute, wanted, returned } = demand;
  const burst = burstOf(perMinute);
  const atMicros = Math.max(nowMicros, bucket?.atMicros ?? nowMicros);
  const filled = bucket === null ? burst : bucket.left + ((atMicros - bucket.atMicros) * perMinute) / MINUTE_MICROS;
  const held = Math.min(burst, filled + returned);
  const granted = Math.floor(Math.min(wanted, held));
  const left = held - granted;
  const missing = Math.max(0, Math.min(burst, wanted - granted) - left);
  const moreAtMicros = atMicros + Math.ceil((missing * MINUTE_MICROS) / perMinute);
  return { bucket: { left, atMicros }, grant: { key, granted, moreAtMicros } };
}
