import type { KnownEnd, ProviderUsageSource, ToldUsage, UnclearedReservation } from "@leverframe/budget";
import { type Clock, toAppError } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";

export interface ToldUsageOptions {
  readonly ledger: Pick<Ledger, "settleLate">;
  readonly clock: Clock;
  readonly sources: readonly ProviderUsageSource[];
  /** One charge that came down to what the provider counted. */
  readonly onCorrected: (attemptId: string, freedMicroUsd: number) => void;
}

/** Counts of calls that are still under way here: told before anybody saw their end. The oldest are forgotten first. */
const WAITING_MAX = 100_000;
const ATTEMPT = ".attempt.";

/**
 * What providers tell of calls that we did not see the end of. A call that was charged for want of its count is corrected
 * at once, once, and only downwards; one that the ledger still holds in flight waits for the sweeper, which settles it by
 * what is told, and no sooner than it is abandoned: its executor may be alive, and the answer is with it.
 */
export class ToldUsages {
  private readonly waiting = new Map<string, KnownEnd>();
  /** Told by a source, which tells it once, and not yet by us to the ledger: an outage of the store costs none of it. */
  private untaken: ToldUsage[] = [];

  constructor(private readonly options: ToldUsageOptions) {}

  async look(): Promise<void> {
    for (const source of this.options.sources) {
      this.untaken = this.untaken.concat(await source.look());
    }
    const refused: unknown[] = [];
    let taken = 0;
    try {
      for (const told of this.untaken) {
        await this.take(told).catch((error: unknown) => {
          if (toAppError(error).retryable) throw error;
          refused.push(error);
        });
        taken += 1;
      }
    } finally {
      this.untaken = this.untaken.slice(taken);
    }
    // Asked again, it would be refused again; the others were taken.
    if (refused.length > 0) throw refused[0];
  }

  endsOf({ attempts }: UnclearedReservation): ReadonlyMap<string, KnownEnd> {
    return new Map(attempts.flatMap(({ attemptId }) => {
      const end = this.waiting.get(attemptId);
      return end ? [[attemptId, end]] : [];
    }));
  }

  private async take({ attemptId, ...end }: ToldUsage): Promise<void> {
    const { ledger, clock, onCorrected } = this.options;
    const reservationId = attemptId.slice(0, Math.max(0, attemptId.lastIndexOf(ATTEMPT)));
    if (reservationId === "") return;
    const { chargeTokens, ...charge } = end;
    const told = await ledger.settleLate({ attemptId, reservationId, ...charge, ...(chargeTokens === null ? {} : { chargeTokens }), nowMicros: clock.nowMicros() });
    this.waiting.delete(attemptId);
    if (told.status === "late_settled") onCorrected(attemptId, told.freedMicroUsd);
    if (told.status !== "in_flight") return;
    this.waiting.set(attemptId, end);
    for (const oldest of this.waiting.keys()) if (this.waiting.size > WAITING_MAX) this.waiting.delete(oldest);
  }
}
