import type { HealthTerms } from "./health-terms";

/**
 * A circuit breaker (M. Nygard, "Release It!", 2007) as a value: each step yields the next one, or itself.
 * `sinceMicros` is when it changed last, and orders what instances tell each other.
 */
export type Breaker =
  | { readonly kind: "closed"; readonly sinceMicros: number; readonly failures: number; readonly openings: number }
  | { readonly kind: "open"; readonly sinceMicros: number; readonly openedAtMicros: number; readonly untilMicros: number; readonly openings: number }
  /** One call is out to see; until it ends, or `untilMicros`, no other one goes. */
  | { readonly kind: "half_open"; readonly sinceMicros: number; readonly openedAtMicros: number; readonly untilMicros: number; readonly openings: number };

export type BreakerKind = Breaker["kind"];

type BreakerTerms = Pick<HealthTerms, "failuresInRowMax" | "openMs" | "openMsMax" | "probeMsMax" | "calmMs">;

export const CLOSED: Breaker = { kind: "closed", sinceMicros: 0, failures: 0, openings: 0 };

/** Whether a call may go now, and the breaker after that: the first one through an open breaker whose time is up is the probe. */
export function knock(breaker: Breaker, nowMicros: number, terms: BreakerTerms): { readonly breaker: Breaker; readonly go: boolean } {
  if (breaker.kind === "closed") return { breaker, go: true };
  if (nowMicros < breaker.untilMicros) return { breaker, go: false };
  const { openedAtMicros, openings } = breaker;
  const untilMicros = nowMicros + terms.probeMsMax * 1_000;
  return { breaker: { kind: "half_open", sinceMicros: nowMicros, openedAtMicros, untilMicros, openings }, go: true };
}

/** A call that began before the breaker opened is old news: it says nothing about now. */
export function succeeded(breaker: Breaker, startedAtMicros: number, nowMicros: number): Breaker {
  if (breaker.kind === "closed") return breaker.failures === 0 ? breaker : { ...breaker, failures: 0 };
  if (startedAtMicros < breaker.openedAtMicros) return breaker;
  return { kind: "closed", sinceMicros: nowMicros, failures: 0, openings: breaker.openings };
}

/**
 * `jitter` is uniform in [0, 1): instances that saw the same failures do not probe in the same instant. Openings that
 * follow each other last twice as long each time.
 */
export function failed(breaker: Breaker, startedAtMicros: number, nowMicros: number, jitter: number, terms: BreakerTerms): Breaker {
  if (startedAtMicros < (breaker.kind === "closed" ? breaker.sinceMicros : breaker.openedAtMicros)) return breaker;
  if (breaker.kind === "open") return breaker;
  if (breaker.kind === "half_open") return opened(nowMicros, breaker.openings + 1, jitter, terms);
  const failures = breaker.failures + 1;
  if (failures < terms.failuresInRowMax) return { ...breaker, failures };
  const calm = nowMicros - breaker.sinceMicros >= terms.calmMs * 1_000;
  return opened(nowMicros, calm ? 1 : breaker.openings + 1, jitter, terms);
}

function opened(nowMicros: number, openings: number, jitter: number, terms: BreakerTerms): Breaker {
  const openMs = Math.min(terms.openMsMax, terms.openMs * 2 ** Math.min(openings - 1, 20)) * (1 - 0.2 * jitter);
  return { kind: "open", sinceMicros: nowMicros, openedAtMicros: nowMicros, untilMicros: nowMicros + openMs * 1_000, openings };
}

/** The probe ended without telling anything: the next call is the probe. */
export function undecided(breaker: Breaker, startedAtMicros: number, nowMicros: number): Breaker {
  if (breaker.kind !== "half_open" || startedAtMicros < breaker.sinceMicros) return breaker;
  return { ...breaker, kind: "open", sinceMicros: nowMicros, untilMicros: nowMicros };
}

const JUST_NOW_MICROS = 1_000_000;

/** What this instance has seen itself: when its last call began that went well, and its last that did not; 0 for none. */
export interface OwnEvidence {
  readonly successStartedAtMicros: number;
  readonly failureStartedAtMicros: number;
}

/**
 * The breaker after another instance told of its own: the later change counts, unless this instance knows better. As
 * long as calls of its own have just gone well, with no failure since, they outweigh what others say; to be asked again
 * when they are older. So the fleet agrees soon, and one instance that cannot reach a provider does not take it from
 * those that can.
 */
export function heard(breaker: Breaker, told: Breaker, own: OwnEvidence, nowMicros: number): Breaker {
  if (told.sinceMicros <= breaker.sinceMicros) return breaker;
  if (told.kind === "closed") {
    if (own.failureStartedAtMicros > told.sinceMicros) return breaker;
    return { ...told, failures: breaker.kind === "closed" ? breaker.failures : 0 };
  }
  const { successStartedAtMicros: success, failureStartedAtMicros: failure } = own;
  return success > failure && success > nowMicros - JUST_NOW_MICROS ? breaker : told;
}
