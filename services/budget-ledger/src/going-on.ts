import type { Catalog } from "@leverframe/catalog";
import { deadlineOf } from "@leverframe/classification";
import { type Answer, refusalOf, refusalWith, selectedTrail } from "@leverframe/decision";
import { type LeavingRequest, laneFrom, laneName } from "@leverframe/deferral";
import type { Classified, Selected } from "@leverframe/events";
import { eventId } from "@leverframe/kernel";
import { readPermit } from "@leverframe/permit";

/**
 * A request that has waited, at the policy gate once more: what is in force now decides, under a new permit, in a round of
 * its own. Its time is that at which it left its line, which is kept (I6); one that named no deadline has as long from
 * there as it had from its arrival.
 */
export function goneOn(event: Selected, { parkId, leftAtMicros }: LeavingRequest): Classified {
  const { meta, origin, request, classification, earlier } = event;
  const round = meta.round + 1;
  const deadlineAt = deadlineOf(request.deadlineAt, request.latencyClass ?? "standard", leftAtMicros);
  return {
    meta: { ...meta, eventId: eventId(meta.requestId, "classified", round), causationId: parkId, round, occurredAt: leftAtMicros },
    origin: { ...origin, deadlineAt },
    request,
    classification,
    earlier,
  };
}

/** Its time is over: the refusal that it had got at once where nothing may wait, at the moment at which it could wait no longer. */
export function waitedInVain(event: Selected, { lane, untilMicros }: LeavingRequest, catalogOf: (version: string) => Catalog): Answer {
  const permit = readPermit(event.permit.body);
  const trail = selectedTrail({ ...event, meta: { ...event.meta, occurredAt: untilMicros } }, permit, catalogOf(permit.catalogVersion));
  const what = laneFrom(lane)?.kind === "capacity" ? laneName(lane) : `room in \`${laneName(lane)}\``;
  return refusalOf(trail, refusalWith("deferred_deadline_exceeded", `it waited for ${what}, which did not come in time`));
}
