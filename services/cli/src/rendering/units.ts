import { formatUsd, MICROS_PER_MS, MICROS_PER_SECOND, type NanoUsd } from "@leverframe/kernel";

const NANO_PER_USD = 1e9;
const MICRO_DIGITS = 6;
const CENT_DIGITS = 2;
const DOLLAR_NANO = 1_000_000_000n;

/** Cents from a dollar on, micro-dollars below. */
export function usdText(nanoUsd: NanoUsd): string {
  return formatUsd(nanoUsd, nanoUsd >= 100n * DOLLAR_NANO ? CENT_DIGITS : MICRO_DIGITS);
}

/** For JSON and CSV, where nano-dollars as an integer stand beside it or precision beyond a double's does not matter. */
export const usdNumber = (nanoUsd: NanoUsd): number => Number(nanoUsd) / NANO_PER_USD;

export function durationText(micros: number): string {
  if (micros < MICROS_PER_SECOND) return `${Math.round(micros / MICROS_PER_MS)} ms`;
  const seconds = micros / MICROS_PER_SECOND;
  if (seconds < 120) return `${seconds.toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export const timeText = (micros: number): string => `${new Date(micros / MICROS_PER_MS).toISOString().slice(0, 19).replace("T", " ")} UTC`;

export const countText = (count: number): string => count.toLocaleString("en-US");

/** `1 call`, `2 calls`. */
export const counted = (count: number, noun: string): string => `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;

/** 0..1 as `71 %`. */
export const shareText = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
