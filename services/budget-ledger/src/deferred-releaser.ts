import type { Catalog } from "@leverframe/catalog";
import { type AnyMessage, type EventCodec, message } from "@leverframe/contracts";
import { type DeferredStore, dueFrom, type LeavingRequest, type Room } from "@leverframe/deferral";
import { type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import type { AnswerDesk } from "@leverframe/wiring";
import { goneOn, waitedInVain } from "./going-on";
import { PeriodicLook } from "./periodic-look";

export interface ReleaserOptions {
  readonly store: DeferredStore;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly answers: Pick<AnswerDesk, "send">;
  readonly catalogOf: (version: string) => Catalog;
  readonly roomIn: (lane: string, nowMicros: number) => Promise<Room>;
  readonly publish: (messages: readonly AnyMessage[]) => Promise<void>;
  /** This process among those that may let requests go. */
  readonly owner: string;
  readonly periodMs: number;
  readonly onLeft: (left: LeavingRequest, how: HowLeft) => void;
  readonly onError: (error: unknown) => void;
}

export type HowLeft = "released" | "deadline";

/** Who is silent for longer leads no more. */
const LEAD_MICROS = 15 * MICROS_PER_SECOND;
/** Of one lane in one look, and of one publication. */
const REQUESTS_MAX = 100;

/**
 * Lets waiting requests go: when what they wait for is there, first come, first served; when their time is over, with a
 * refusal. Leaving is kept in the store with its time before anything is said, so whoever takes over after a crash says
 * the same under the same ids; a request is forgotten only when the log has what became of it.
 */
export class DeferredReleaser extends PeriodicLook {
  constructor(private readonly options: ReleaserOptions) {
    super(options.periodMs, options.onError);
  }

  protected async lookOnce(): Promise<void> {
    const { store, clock, owner } = this.options;
    const nowMicros = clock.nowMicros();
    if (!(await store.lead(owner, nowMicros, nowMicros + LEAD_MICROS))) return;
    // What another left behind, before anybody comes after it.
    await this.carry();
    for (const { parkId } of await store.overdue(nowMicros, REQUESTS_MAX)) await store.leave(parkId, nowMicros);
    for (const lane of await store.lanes()) {
      const line = await store.line(lane, REQUESTS_MAX);
      const due = dueFrom(line, await this.options.roomIn(lane, nowMicros), nowMicros, REQUESTS_MAX);
      for (const { parkId } of due) await store.leave(parkId, nowMicros);
    }
    await this.carry();
  }

  /** Says on the log what became of those that have left. */
  private async carry(): Promise<void> {
    const { store, publish, onLeft } = this.options;
    for (;;) {
      const leaving = await store.leaving(REQUESTS_MAX);
      if (leaving.length === 0) return;
      await publish((await Promise.all(leaving.map((one) => this.outcomeOf(one)))).flat());
      for (const one of leaving) {
        await store.gone(one.parkId);
        onLeft(one, howLeft(one));
      }
      if (this.stopped) return;
    }
  }

  private async outcomeOf(left: LeavingRequest): Promise<readonly AnyMessage[]> {
    const { codec, answers, catalogOf } = this.options;
    const event = await codec.decode("selected", left.event);
    return howLeft(left) === "deadline" ? answers.send(waitedInVain(event, left, catalogOf)) : [message("classified", goneOn(event, left))];
  }
}

/** Follows from what is kept, so that it stays the same. */
const howLeft = ({ leftAtMicros, untilMicros }: LeavingRequest): HowLeft => (leftAtMicros >= untilMicros ? "deadline" : "released");
