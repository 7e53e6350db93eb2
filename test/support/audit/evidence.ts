import type { Decision, LedgerEntry, Response, RiskClass, SignedPermit } from "@leverframe/events";
import type { Call } from "../simulator";

/** What an audit is made from: nothing but what left the system, and what its providers saw. */
export interface Evidence {
  /** What was asked. Every one of them must have been answered. */
  readonly requests: readonly AskedRequest[];
  /** The provider's side: every call that reached it. */
  readonly calls: readonly Call[];
  /** The whole journal, copies included, in any order. */
  readonly entries: readonly LedgerEntry[];
  /** Everything on the response topics, copies included. */
  readonly responses: readonly Response[];
  /** Everything on the decisions topic, copies included. */
  readonly decisions: readonly Decision[];
  /** Request ids of the rows in ClickHouse after dedupe, each as often as it stands there; null: not looked at. */
  readonly rows: readonly string[] | null;
  /** Hard caps in dollars by scope and kind of window: `tenant:acme month`. */
  readonly capsMicroUsd: ReadonlyMap<string, number>;
  /** Whether the signature is the policy gate's. */
  readonly isAuthentic: (permit: SignedPermit) => boolean;
}

export interface AskedRequest {
  /** The id under which it is answered. */
  readonly requestId: string;
  /** What the record claimed. */
  readonly riskClass: RiskClass | null;
}

export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7";

/** One way in which an invariant does not hold. */
export interface Violation {
  readonly invariant: Invariant;
  /** A stable name, such as `call-without-reservation`. */
  readonly name: string;
  /** Request, attempt, reservation, account or entry. */
  readonly subject: string;
  readonly detail: string;
}

/** Makes violations of one invariant. */
export const violationOf =
  (invariant: Invariant) =>
  (name: string, subject: string, detail: string): Violation => ({ invariant, name, subject, detail });
