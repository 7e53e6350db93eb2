import type { Deployment } from "@leverframe/catalog";
import type { SignedPermit } from "@leverframe/events";
import type { NanoUsd } from "@leverframe/kernel";
import type { ChatMessage, Tool, ToolChoice } from "@leverframe/prompt";
import type { Urgency } from "./call-gate";
import type { DeltaSink } from "./provider-adapter";

/** One provider call that somebody wants made: the permit that allows it and the reservation that pays for it. */
export interface CallOrder {
  readonly permit: SignedPermit;
  readonly requestId: string;
  readonly tenant: string;
  /** Computed from the request at hand, never the event's claim. */
  readonly requestDigest: string;
  readonly receivedAtMicros: number;
  readonly deadlineAtMicros: number;
  /** Together they name the reservation and the attempt; ids from an event would let a forged one spend another's money. */
  readonly round: number;
  readonly ordinal: number;
  readonly candidate: string;
  /** What the catalog holds for the candidate now; null when it is gone. */
  readonly deployment: Deployment | null;
  readonly messages: readonly ChatMessage[];
  /** The kinds of identifiers that were taken out of the messages: all that the permit obliges to. */
  readonly redacted: readonly string[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly temperature: number | null;
  readonly outputSchema: string | null;
  /** Upper bound of the tokens that messages and schema make for any model. */
  readonly inputTokensMax: number;
  readonly maxOutputTokens: number;
  /** What the reservation holds for this one attempt. */
  readonly worstCaseNanoUsd: NanoUsd;
  /** How hard the call gate is asked; absent: `normal`. */
  readonly urgency?: Urgency;
  /** What the attempt's record says about why and how it was made. */
  readonly notes?: readonly string[];
  /** Where the answer goes while it comes; absent: it is wanted whole. */
  readonly onDelta?: DeltaSink;
  /** Nobody watches it come, and it may be left before its end: it is streamed all the same, so that what had come by then is known. */
  readonly metered?: true;
  /** Aborts when the application does not want the answer any more. */
  readonly stop?: AbortSignal;
  /** Of a call that may get a second one beside it. */
  readonly hedge?: HedgeWatch;
  /** Somebody has answered already: what is kept of this attempt counts, but no call is made any more. */
  readonly standDown?: boolean;
  /** For providers that honour one: an earlier attempt whose end nobody saw, and which this one repeats. Absent: its own id. */
  readonly idempotencyKey?: string;
}

/** Between a call and whoever may start a second one beside it. */
export interface HedgeWatch {
  /** The provider is being called. */
  called(): void;
  /** The call has ended: whether a second one was begun. After this none is. */
  seal(): boolean;
}
