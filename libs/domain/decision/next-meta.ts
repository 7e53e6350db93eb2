import type { Meta } from "@leverframe/events";
import { eventId } from "@leverframe/kernel";

/** Identity of the event that `cause` gives rise to: deterministic, so that a redelivered cause repeats it. */
export function nextMeta(cause: Meta, event: string, round = cause.round): Meta {
  return { ...cause, eventId: eventId(cause.requestId, event, round), causationId: cause.eventId, round };
}
