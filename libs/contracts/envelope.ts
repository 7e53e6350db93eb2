import { AppError, eventId } from "@leverframe/kernel";
import { DEFAULT_APPLICATION, TopicNames } from "./topic-names";
import type { EventOf, TopicName } from "./topics";

/** An event on its way to a topic: what a handler returns. */
export interface Message<T extends TopicName = TopicName> {
  readonly topic: T;
  readonly event: EventOf<T>;
  /** Whose topic, where the table has one per application. */
  readonly application: string;
  readonly key: string;
  /** The event's bytes where somebody needed them before; absent: encoded when the message leaves. */
  readonly encoded?: Uint8Array;
}

/** A message of any topic, which narrows by its `topic`. */
export type AnyMessage = { [T in TopicName]: Message<T> }[TopicName];

const NAMES_ITS_OWN: ReadonlySet<TopicName> = new Set(["responses", "response-deltas"]);

/** `application` is needed for requests, cancellations and feedback alone; a response and its deltas name their own. */
export function message<T extends TopicName>(topic: T, event: EventOf<T>, application?: string): Message<T> {
  const whose = application ?? (NAMES_ITS_OWN.has(topic) ? (event as EventOf<"responses" | "response-deltas">).application : DEFAULT_APPLICATION);
  return { topic, event, application: whose, key: identityOf(topic, event).key };
}

/** The name in the log of the topic that this message goes to. */
export function topicNameOf(of: Message, names: TopicNames = new TopicNames()): string {
  return names.name(of.topic, of.application);
}

export const keyOf = (of: Message): string => of.key;
export const eventIdOf = (of: Message): string => identityOf(of.topic, of.event).eventId;
/** Null where an event belongs to no one tenant. */
export const tenantOf = (of: Message): string | null => identityOf(of.topic, of.event).tenant;
/** Correlation id; null where an event is about no one request. */
export const requestIdOf = (of: Message): string | null => identityOf(of.topic, of.event).requestId;

const utf8 = new TextEncoder();

/** `event-id` for consumers that dedupe, `tenant` for routing and quotas, `traceparent` (W3C) for traces; none needs the value decoded. */
export function headersOf(of: Message, traceparent?: string): Record<string, Uint8Array> {
  const { eventId: id, tenant } = identityOf(of.topic, of.event);
  const headers: Record<string, Uint8Array> = { "event-id": utf8.encode(id) };
  if (tenant !== null) headers["tenant"] = utf8.encode(tenant);
  if (traceparent) headers["traceparent"] = utf8.encode(traceparent);
  return headers;
}

interface Identity {
  readonly key: string;
  readonly eventId: string;
  readonly requestId: string | null;
  readonly tenant: string | null;
}

/** Every event that carries `meta` and `origin`. */
type Carried = EventOf<"classified" | "permitted" | "escalated" | "selected" | "funded" | "executed" | "decisions">;

function identityOf(topic: TopicName, event: EventOf<TopicName>): Identity {
  switch (topic) {
    case "requests": {
      const { requestId, tenant } = event as EventOf<"requests">;
      return { key: requestId, eventId: eventId(requestId, "request"), requestId, tenant };
    }
    case "responses": {
      const { requestId, eventId: id, tenant } = event as EventOf<"responses">;
      return { key: requestId, eventId: id, requestId, tenant };
    }
    case "response-deltas": {
      const { requestId, round, attempt, index, tenant } = event as EventOf<"response-deltas">;
      return { key: requestId, eventId: `${requestId}.delta.${round}.${attempt}.${index}`, requestId, tenant };
    }
    case "cancellations": {
      const { requestId } = event as EventOf<"cancellations">;
      return { key: requestId, eventId: eventId(requestId, "cancellation"), requestId, tenant: null };
    }
    case "ledger-entries": {
      const { requestId, entryId, tenant } = event as EventOf<"ledger-entries">;
      return { key: requestId, eventId: entryId, requestId, tenant };
    }
    case "budget-status": {
      const { scope, eventId: id } = event as EventOf<"budget-status">;
      return { key: scope, eventId: id, requestId: null, tenant: null };
    }
    case "policy-changes": {
      const { instance, eventId: id } = event as EventOf<"policy-changes">;
      return { key: instance, eventId: id, requestId: null, tenant: null };
    }
    case "provider-health": {
      const { deployment, eventId: id } = event as EventOf<"provider-health">;
      return { key: deployment, eventId: id, requestId: null, tenant: null };
    }
    case "held-answers": {
      const { requestId, eventId: id, tenant } = event as EventOf<"held-answers">;
      return { key: requestId, eventId: id, requestId, tenant };
    }
    case "reviews": {
      const { requestId, eventId: id } = event as EventOf<"reviews">;
      return { key: requestId, eventId: id, requestId, tenant: null };
    }
    case "feedback": {
      const { requestId, feedbackId, tenant } = event as EventOf<"feedback">;
      return { key: requestId, eventId: feedbackId, requestId, tenant };
    }
    case "dead-letters": {
      const { deadLetterId } = event as EventOf<"dead-letters">;
      return { key: deadLetterId, eventId: deadLetterId, requestId: null, tenant: null };
    }
    default: {
      const { meta, origin } = event as Carried;
      if (!meta || !origin) throw new AppError("internal", `event for \`${topic}\` has no meta or origin`);
      return { key: meta.requestId, eventId: meta.eventId, requestId: meta.requestId, tenant: origin.tenant };
    }
  }
}
