import type { EventOf, Message, TopicName } from "@leverframe/contracts";
import type { Logger } from "../logging";

/** What a handler may know beside its event. */
export interface HandlerContext {
  /** As consumed, without the installation's prefix: `requests.<application>` names whose ingress it is. */
  readonly topic: string;
  /** The application of an ingress topic (`default` for the plain one); null on topics that all applications share. */
  readonly application: string | null;
  /**
   * The log's timestamp of the consumed record: the arrival of a request. In a chain it is that of the record which
   * started the chain, so only the stage that reads the ingress may build output from it (else layouts would differ).
   */
  readonly receivedAtMicros: number;
  /** Size of the consumed record's value; null when the event was handed over in memory. */
  readonly recordBytes: number | null;
  /** Where the consumed record stands in the log; null when the event was handed over in memory. */
  readonly partition: number | null;
  readonly offset: bigint | null;
  /** Fires when the result is not wanted any more (shutdown, lost partition). */
  readonly signal: AbortSignal;
  /** W3C trace context to pass on to whatever is called. */
  readonly traceparent: string;
  /** Bound to the request id and the stage. Never log prompt or output text. */
  readonly logger: Logger;
}

/** A handler returns its messages and never holds a producer: they are published before its record counts as done. */
export type StageHandler<T extends TopicName> = (
  event: EventOf<T>,
  context: HandlerContext,
) => Promise<readonly Message[]> | readonly Message[];
