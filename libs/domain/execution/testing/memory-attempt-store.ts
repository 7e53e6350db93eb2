import type { MicroUsd } from "@leverframe/kernel";
import type { AttemptStore, BeginAttempt, BeginResult, FinishAttempt, FinishResult } from "../attempt-store";

interface KeptAttempt {
  readonly begin: BeginAttempt;
  finish: FinishAttempt | null;
}

/** What the ledger does with attempts, in memory and without accounts: for tests of this room alone. */
export class MemoryAttemptStore implements AttemptStore {
  readonly attempts = new Map<string, KeptAttempt>();
  private readonly openMicroUsd = new Map<string, MicroUsd>();
  /** Thrown by the next steps, oldest first; null lets one through. */
  readonly faults: { readonly begin: (Error | null)[]; readonly finish: (Error | null)[] } = { begin: [], finish: [] };

  reserve(reservationId: string, amountMicroUsd: MicroUsd): void {
    this.openMicroUsd.set(reservationId, amountMicroUsd);
  }

  async begin(command: BeginAttempt): Promise<BeginResult> {
    const fault = this.faults.begin.shift();
    if (fault) throw fault;
    const known = this.attempts.get(command.attemptId);
    if (known?.finish) return { status: "finished", outcome: known.finish.outcome };
    if (known) return { status: "in_flight", owner: known.begin.owner, beganAtMicros: known.begin.nowMicros };
    const open = this.openMicroUsd.get(command.reservationId);
    if (open === undefined) return { status: "unknown_reservation" };
    if (command.worstCaseMicroUsd > open) return { status: "exceeds_reservation" };
    this.openMicroUsd.set(command.reservationId, open - command.worstCaseMicroUsd);
    this.attempts.set(command.attemptId, { begin: command, finish: null });
    return { status: "begun" };
  }

  async finish(command: FinishAttempt): Promise<FinishResult> {
    const fault = this.faults.finish.shift();
    if (fault) throw fault;
    const known = this.attempts.get(command.attemptId);
    if (!known) return { status: "unknown_attempt" };
    if (known.finish) return { status: "already_finished", outcome: known.finish.outcome };
    if (command.chargeMicroUsd > known.begin.worstCaseMicroUsd) return { status: "exceeds_worst_case" };
    const open = this.openMicroUsd.get(command.reservationId) ?? 0;
    this.openMicroUsd.set(command.reservationId, open + known.begin.worstCaseMicroUsd - command.chargeMicroUsd);
    known.finish = command;
    return { status: "finished", outcome: command.outcome };
  }

  /** Attempts begun and not finished: what a call under way looks like to an observer. */
  inFlight(): string[] {
    return [...this.attempts].filter(([, { finish }]) => finish === null).map(([id]) => id);
  }

  chargedMicroUsd(): MicroUsd {
    return [...this.attempts.values()].reduce((sum, { finish }) => sum + (finish?.chargeMicroUsd ?? 0), 0);
  }
}
