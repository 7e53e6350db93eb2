import { type KnownEnd, type SweepLimits, type SweepStep, type UnclearedReservation, sweepSteps } from "@leverframe/budget";
import { encodeOutcome } from "@leverframe/execution";
import type { Clock } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { PeriodicLook } from "./periodic-look";
import type { ToldUsages } from "./told-usage";

export interface SweeperOptions {
  readonly ledger: Pick<Ledger, "attempts" | "release" | "unclearedReservations">;
  readonly clock: Clock;
  readonly limits: SweepLimits;
  readonly periodMs: number;
  /** What providers tell of our calls; without it nobody is asked. */
  readonly told?: Pick<ToldUsages, "look" | "endsOf">;
  readonly onSwept: (swept: Swept) => void;
  readonly onError: (error: unknown) => void;
}

/** One reservation whose abandoned calls were settled, or whose rest was released. */
export interface Swept {
  readonly reservation: UnclearedReservation;
  readonly steps: readonly Exclude<SweepStep, { step: "wait" }>[];
}

/** Of one look; the rest is there at the next one. */
const RESERVATIONS_MAX = 500;
const NO_ENDS: ReadonlyMap<string, KnownEnd> = new Map();

/**
 * Ends the reservations that nobody cleared: their events were lost, or their executor died and no other took over. One
 * look at a time; several processes may look at once, since every step that one carries out tells the others that it
 * was done. What is too young is left alone: usually somebody clears it by himself.
 */
export class Sweeper extends PeriodicLook {
  constructor(private readonly options: SweeperOptions) {
    super(options.periodMs, options.onError);
  }

  protected async lookOnce(): Promise<void> {
    const { ledger, clock, limits, told } = this.options;
    // A source that is away keeps nobody from being swept: its word may still come, and correct the charge.
    await told?.look().catch(this.options.onError);
    // Younger than a call may take: nothing could be done about it.
    const before = clock.nowMicros() - Math.min(limits.callMicrosMax, limits.idleMicrosMax) + 1;
    for (const reservation of await ledger.unclearedReservations(before, RESERVATIONS_MAX)) {
      if (this.stopped) return;
      const ends = told?.endsOf(reservation) ?? NO_ENDS;
      const steps = sweepSteps(reservation, ends, clock.nowMicros(), limits).filter((step) => step.step !== "wait");
      for (const step of steps) await this.carryOut(reservation, step);
      if (steps.length > 0) this.options.onSwept({ reservation, steps });
    }
  }

  /** Whatever the ledger answers: another process may have been faster, and then there is nothing left to do. */
  private async carryOut({ reservationId, attempts }: UnclearedReservation, step: Swept["steps"][number]): Promise<void> {
    const { ledger, clock } = this.options;
    const nowMicros = clock.nowMicros();
    if (step.step === "release") {
      await ledger.release({ reservationId, nowMicros, callsKnown: true });
      return;
    }
    const { attemptId, chargeMicroUsd, chargeTokens, costNanoUsd, basis } = step;
    const beganAtMicros = attempts.find((attempt) => attempt.attemptId === attemptId)?.beganAtMicros ?? nowMicros;
    const outcome = unseenOutcome(attemptId, beganAtMicros, costNanoUsd, nowMicros);
    await ledger.attempts.finish({ attemptId, reservationId, chargeMicroUsd, chargeTokens, costNanoUsd, basis, outcome, nowMicros });
  }
}

/** What a redelivered event finds: the call is over, and what it said is not known. The ledger does not know whom it went to. */
function unseenOutcome(attemptId: string, beganAtMicros: number, costNanoUsd: bigint, nowMicros: number): Uint8Array {
  const attempt = {
    attemptId,
    candidate: "",
    provider: "",
    model: "",
    region: "",
    startedAt: beganAtMicros,
    latencyMicros: Math.max(0, nowMicros - beganAtMicros),
    outcome: "outcome_unknown",
    error: "nobody saw the end of the call; swept",
    usage: null,
    costNanoUsd,
    providerRequestId: null,
    finishReason: null,
    notes: [],
  };
  const over = { retryAfterMs: null, jitterPpm: 0, endedAtMicros: nowMicros, hedged: false };
  return encodeOutcome({ attempt, output: null, failure: null, retryable: true, fallback: true, ...over });
}
