import type { MicroUsd, NanoUsd } from "@leverframe/kernel";

/** One attempt about to be made under a reservation. `owner` names the process instance that makes it. */
export interface BeginAttempt {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly worstCaseMicroUsd: MicroUsd;
  /** Absent: none. */
  readonly worstCaseTokens?: number;
  /** Budget partitions that the call is charged to: `provider:openai`, `tier:premium`, `tag:eu`. */
  readonly labels?: readonly string[];
  readonly owner: string;
  readonly nowMicros: number;
}

/** One attempt that ended: what it costs and what is kept of it (bounded bytes, for hours). */
export interface FinishAttempt {
  readonly attemptId: string;
  readonly reservationId: string;
  /** Charged to every account of the reservation; at most the attempt's worst case. */
  readonly chargeMicroUsd: MicroUsd;
  /** At most the worst case, which is taken when it is absent. */
  readonly chargeTokens?: number;
  readonly costNanoUsd: NanoUsd;
  /**
   * What the charge stands on: the provider's count (absent: that), a worst case for want of one, nobody saw the end, or
   * the call was broken off. All but the first may be corrected once by a finish that has the provider's count.
   */
  readonly basis?: "usage" | "estimated" | "unseen" | "cancelled";
  readonly outcome: Uint8Array;
  readonly nowMicros: number;
}

export type BeginResult =
  | { readonly status: "begun" }
  /** Made before: take its outcome, do not call again. */
  | { readonly status: "finished"; readonly outcome: Uint8Array }
  /** Somebody (perhaps a process that died) is at it since `beganAtMicros`. */
  | { readonly status: "in_flight"; readonly owner: string; readonly beganAtMicros: number }
  | { readonly status: "unknown_reservation" | "reservation_released" | "exceeds_reservation" };

export type FinishResult =
  /**
   * `outcome` is the one that is kept: the given one, or the first when it was already finished. `late_settled`: the
   * first one did not have the provider's count, and the charge came down to this one's.
   */
  | { readonly status: "finished" | "already_finished" | "late_settled"; readonly outcome: Uint8Array }
  | { readonly status: "unknown_attempt" | "exceeds_worst_case" };

/** The steps of the ledger's store that make a provider call idempotent and paid for. Both are atomic. */
export interface AttemptStore {
  begin(attempt: BeginAttempt): Promise<BeginResult>;
  finish(attempt: FinishAttempt): Promise<FinishResult>;
}
