import type { HealthTerms } from "./health-terms";
import type { WindowCounts } from "./outcome-window";

/** As policies ask for it (`providerHealth.<provider>`), from best to worst. */
export const HEALTH_BANDS = ["ok", "degraded", "down"] as const;
export type HealthBand = (typeof HEALTH_BANDS)[number];

/** Whether the window shows an ill deployment: too few succeed, or the usual answer (the median) is slow. */
export function isDegraded({ samples, failures, slow }: WindowCounts, terms: HealthTerms): boolean {
  if (samples < terms.samplesMin) return false;
  const answered = samples - failures;
  return answered < samples * terms.successRateMin || slow * 2 > answered;
}

/**
 * The band of a provider, from those of its deployments that anybody has called lately: down when all of these are,
 * degraded when any of them is not well. Without a call there is nothing to say against it.
 */
export function providerBand(bands: readonly HealthBand[]): HealthBand {
  if (bands.length > 0 && bands.every((band) => band === "down")) return "down";
  return bands.some((band) => band !== "ok") ? "degraded" : "ok";
}
