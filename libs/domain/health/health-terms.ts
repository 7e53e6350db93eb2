/** What counts as healthy, and how an ill deployment is spared and tried again. */
export interface HealthTerms {
  /** This many failures in a row open the breaker. */
  readonly failuresInRowMax: number;
  /** Below this share of successes, 0..1, a deployment is degraded and may be ejected. */
  readonly successRateMin: number;
  /** Answers that take longer are slow; a deployment whose usual answer is slow is degraded. */
  readonly latencyMsMax: number;
  /** Fewer calls in the window say nothing about a share. */
  readonly samplesMin: number;
  /** The window: so many last calls, none older than `windowMs`. */
  readonly windowCalls: number;
  readonly windowMs: number;
  /** How long an opened breaker stays open; twice as long each time that the probe fails. */
  readonly openMs: number;
  readonly openMsMax: number;
  /** A probe that has not ended by then is taken for a failure of its own, and another one may go. */
  readonly probeMsMax: number;
  /** How long a breaker must have been closed until the next opening is the first one again. */
  readonly calmMs: number;
  readonly ejectMs: number;
  /** Share of one model's deployments that may be out at once; one always stays. */
  readonly ejectedShareMax: number;
  /** Slower than the fastest sibling by this factor is an outlier. */
  readonly latencyOutlierFactor: number;
  readonly concurrencyMin: number;
  readonly concurrencyMax: number;
  /** Longest hold that a provider's Retry-After is believed. */
  readonly holdMsMax: number;
  /** Hold after an answer that says nothing is left of a limit, where no time is given. */
  readonly holdMs: number;
  /** A wait that is longer than this is not worth it while another candidate can be asked. */
  readonly waitMsMax: number;
  /** What another instance said longer ago is no news. */
  readonly newsMs: number;
}

/**
 * Chosen so that three failures are enough to stop calling, and that a provider which is well again is called at most
 * `openMsMax` + `probeMsMax` later: 9 s.
 */
export const HEALTH_TERMS: HealthTerms = {
  failuresInRowMax: 3,
  successRateMin: 0.9,
  latencyMsMax: 5_000,
  samplesMin: 10,
  windowCalls: 50,
  windowMs: 60_000,
  openMs: 1_000,
  openMsMax: 5_000,
  probeMsMax: 4_000,
  calmMs: 30_000,
  ejectMs: 5_000,
  ejectedShareMax: 0.5,
  latencyOutlierFactor: 4,
  concurrencyMin: 2,
  concurrencyMax: 1_024,
  holdMsMax: 10_000,
  holdMs: 1_000,
  waitMsMax: 250,
  newsMs: 15_000,
};
