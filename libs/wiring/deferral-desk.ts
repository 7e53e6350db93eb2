import type { EventCodec } from "@leverframe/contracts";
import { type DeferredStore, type Lane, laneText, restMicros, waitsUntil } from "@leverframe/deferral";
import type { Selected } from "@leverframe/events";
import { type Clock, eventId } from "@leverframe/kernel";
import type { Permit } from "@leverframe/permit";

/** What keeps a request from going on. */
export interface Shortage {
  readonly lane: Lane;
  /** How much of it the request takes at least, in the unit of the lane's account; 1 of capacity. */
  readonly need: number;
  /** Set where the lane had what was needed, by all that was known, and the request could not go on all the same. */
  readonly unforeseen?: boolean;
}

/**
 * Where a request is laid down that may wait instead of being refused. It is durable before its event is done, and an event
 * that comes again finds it laid down (or gone on), whatever policies say by then.
 */
export class DeferralDesk {
  constructor(
    private readonly store: DeferredStore,
    private readonly codec: EventCodec,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the request waits now; else it must be answered. Only a request that has nothing to show waits: one with an
   * output from before is answered with that. Throws AppError `unavailable` while the store cannot be reached.
   */
  async park(event: Selected, permit: Permit, { lane, need, unforeseen = false }: Shortage): Promise<boolean> {
    const { meta, origin, request } = event;
    if (event.bestOutput !== null || event.opinionOn) return false;
    const { deferSecondsMax } = permit.obligations;
    const untilMicros = waitsUntil({ receivedAtMicros: origin.receivedAt, deadlineAtMicros: request.deadlineAt, deferSecondsMax });
    if (untilMicros === null) return false;
    const parkedAtMicros = this.clock.nowMicros();
    const status = await this.store.park({
      parkId: parkId(meta.requestId, meta.round + 1),
      requestId: meta.requestId,
      tenant: origin.tenant,
      lane: laneText(lane),
      arrivedAtMicros: origin.receivedAt,
      parkedAtMicros,
      untilMicros,
      restsUntilMicros: unforeseen ? parkedAtMicros + restMicros(meta.round) : 0,
      need,
      event: this.codec.encode("selected", event),
    });
    return status !== "full";
  }
}

/** Id of a wait, by the round that follows it: what the request goes on from was caused by it. */
const DEFERRED = "deferred";
const parkId = (requestId: string, round: number): string => eventId(requestId, DEFERRED, round);

/** Whether an event was caused by a wait. */
export const waitedBefore = (causationId: string, requestId: string): boolean => causationId.startsWith(`${requestId}.${DEFERRED}.`);
