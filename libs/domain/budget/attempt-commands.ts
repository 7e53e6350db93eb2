import type { MicroUsd, NanoUsd } from "@leverframe/kernel";

/**
 * The ledger's side of a provider call. The same shapes as the executor's port (`AttemptStore` in the execution room),
 * which this room does not import; the stores implement that port with these decisions, so the compiler holds them equal.
 */
export interface Begin {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly worstCaseMicroUsd: MicroUsd;
  readonly owner: string;
  readonly nowMicros: number;
}

export interface Finish {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly chargeMicroUsd: MicroUsd;
  readonly costNanoUsd: NanoUsd;
  readonly outcome: Uint8Array;
  readonly nowMicros: number;
}

export type BeginDecision =
  | { readonly status: "begun" }
  | { readonly status: "finished"; readonly outcome: Uint8Array }
  | { readonly status: "in_flight"; readonly owner: string; readonly beganAtMicros: number }
  | { readonly status: "unknown_reservation" | "reservation_released" | "exceeds_reservation" };

export type FinishDecision =
  | { readonly status: "finished" | "already_finished"; readonly outcome: Uint8Array }
  | { readonly status: "unknown_attempt" | "exceeds_worst_case" };
