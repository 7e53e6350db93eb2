import { MICROS_PER_SECOND } from "@leverframe/kernel";
import type { LatencyClass } from "@leverframe/events";

/** How long a caller of each class waits when the request names no deadline. */
export const DEFAULT_DEADLINE_MICROS: Readonly<Record<LatencyClass, number>> = {
  interactive: 30 * MICROS_PER_SECOND,
  standard: 120 * MICROS_PER_SECOND,
  batch: 3_600 * MICROS_PER_SECOND,
};

/** The request's own deadline, or its class's default counted from arrival. Microseconds since the epoch. */
export function deadlineOf(requested: number | null, latencyClass: LatencyClass, receivedAt: number): number {
  return requested ?? receivedAt + DEFAULT_DEADLINE_MICROS[latencyClass];
}
