import type { Random } from "./random";

export type Distribution =
  | { readonly kind: "fixed"; readonly ms: number }
  | { readonly kind: "lognormal"; readonly p50Ms: number; readonly p99Ms: number };

export interface LatencyProfile {
  /** From the request's last byte to the answer's last byte. */
  readonly total: Distribution;
  /** To the first streamed token; never later than `total`. Half of `total` when absent. */
  readonly firstToken?: Distribution;
}

export interface LatencySample {
  readonly totalMs: number;
  readonly firstTokenMs: number;
}

export const INSTANT: LatencyProfile = { total: { kind: "fixed", ms: 0 } };

/** The standard normal's 99th percentile. */
const Z99 = 2.326_347_874;

/** What `slow` by a factor takes as its base when the model answers at once: N times nothing would be nothing. */
const SLOW_BASE_MS_MIN = 20;

function sampleOne(distribution: Distribution, random: Random): number {
  if (distribution.kind === "fixed") return distribution.ms;
  const sigma = Math.log(distribution.p99Ms / distribution.p50Ms) / Z99;
  return distribution.p50Ms * Math.exp(sigma * random.normal());
}

export function sampleLatency(profile: LatencyProfile, random: Random): LatencySample {
  const totalMs = sampleOne(profile.total, random);
  const firstTokenMs = profile.firstToken === undefined ? totalMs / 2 : sampleOne(profile.firstToken, random);
  return { totalMs, firstTokenMs: Math.min(firstTokenMs, totalMs) };
}

/** Slower by a factor, then by an absolute number of milliseconds before the first byte. */
export function slowed(sample: LatencySample, factor: number, addedMs: number): LatencySample {
  if (factor === 1) return { totalMs: sample.totalMs + addedMs, firstTokenMs: sample.firstTokenMs + addedMs };
  const totalMs = Math.max(sample.totalMs, SLOW_BASE_MS_MIN) * factor;
  const firstTokenMs = Math.max(sample.firstTokenMs, SLOW_BASE_MS_MIN / 2) * factor;
  return { totalMs: totalMs + addedMs, firstTokenMs: firstTokenMs + addedMs };
}
