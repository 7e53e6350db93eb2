import type { HealthReport } from "./health-store";
import type { HealthTerms } from "./health-terms";

/** Load changes with every call; told this often it is good enough to share calls out by. */
const LOAD_EVERY_MICROS = 1_000_000;
const LATENCY_CHANGE = 0.2;

/** Whether a report says something that the one sent before does not: what others act on at once, load now and then, and all of it again before it counts as old. */
export function isNews(report: HealthReport, sent: HealthReport | undefined, { newsMs }: Pick<HealthTerms, "newsMs">): boolean {
  if (!sent) return report.breaker.sinceMicros > 0 || report.degraded || report.heldUntilMicros > 0 || report.ejectedUntilMicros > 0 || report.inFlight > 0 || report.latencyMicros !== null;
  const differs =
    report.breaker.kind !== sent.breaker.kind ||
    report.breaker.sinceMicros !== sent.breaker.sinceMicros ||
    report.degraded !== sent.degraded ||
    report.heldUntilMicros !== sent.heldUntilMicros ||
    report.ejectedUntilMicros !== sent.ejectedUntilMicros;
  if (differs) return true;
  const age = report.atMicros - sent.atMicros;
  if (age >= LOAD_EVERY_MICROS && (report.inFlight !== sent.inFlight || report.failures !== sent.failures || moved(report.latencyMicros, sent.latencyMicros))) return true;
  return age >= (newsMs * 1_000) / 3 && (report.degraded || report.inFlight > 0);
}

const moved = (now: number | null, before: number | null): boolean =>
  now !== before && (now === null || before === null || Math.abs(now - before) > before * LATENCY_CHANGE);
