import type { MicroUsd, NanoUsd } from "@leverframe/kernel";
import type { ChargeBasis } from "./ledger-store";

/**
 * The ledger's side of a provider call. The same shapes as the executor's port (`AttemptStore` in the execution room),
 * which this room does not import; the stores implement that port with these decisions, so the compiler holds them equal.
 */
export interface Begin {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly worstCaseMicroUsd: MicroUsd;
  /** Absent: none. */
  readonly worstCaseTokens?: number;
  /** Partitions that the call is charged to: `provider:openai`, `tier:premium`, `tag:eu`. */
  readonly labels?: readonly string[];
  readonly owner: string;
  readonly nowMicros: number;
}

export interface Finish {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly chargeMicroUsd: MicroUsd;
  /** Absent: the worst case that was begun with. */
  readonly chargeTokens?: number;
  readonly costNanoUsd: NanoUsd;
  /** Absent: `usage`. Anything else may be corrected once by who knows better. */
  readonly basis?: ChargeBasis;
  readonly outcome: Uint8Array;
  readonly nowMicros: number;
}

export type BeginDecision =
  | { readonly status: "begun" }
  | { readonly status: "finished"; readonly outcome: Uint8Array }
  | { readonly status: "in_flight"; readonly owner: string; readonly beganAtMicros: number }
  | { readonly status: "unknown_reservation" | "reservation_released" | "exceeds_reservation" };

export type FinishDecision =
  /**
   * `late_settled`: it was finished before, by somebody who did not see its end; the charge came down to this one, the
   * first outcome stays.
   */
  | { readonly status: "finished" | "already_finished" | "late_settled"; readonly outcome: Uint8Array }
  | { readonly status: "unknown_attempt" | "exceeds_worst_case" };
