import type { InLine } from "./due-from";

/** A request that waits, without its event. */
export interface WaitingRequest extends InLine {
  readonly parkId: string;
  readonly requestId: string;
  readonly tenant: string;
  /** `laneText` of what it waits for. */
  readonly lane: string;
  /** Lines are in this order, then by park id. */
  readonly arrivedAtMicros: number;
  readonly parkedAtMicros: number;
  /** Answered with a refusal at this moment, if it still waits. */
  readonly untilMicros: number;
}

/** A request that is to wait. */
export interface ParkRequest extends WaitingRequest {
  /** What it goes on from, encoded. */
  readonly event: Uint8Array;
}

/** A request that has left its line and is not yet known to be on the log. */
export interface LeavingRequest extends WaitingRequest {
  readonly event: Uint8Array;
  /** When it left, as it was told first: so whoever takes it over says the same. */
  readonly leftAtMicros: number;
}

/** Requests in line, and since when the first of them is parked; null: there is none. */
export interface Waiting {
  readonly count: number;
  readonly oldestParkedAtMicros: number | null;
}

/**
 * Where requests wait. Every method may be repeated after an error, and throws `unavailable` while the store cannot be
 * reached; what was answered is durable.
 */
export interface DeferredStore {
  /** `known`: the same park id is here, or was: an event that came again parks nothing. `full`: no more are taken. */
  park(request: ParkRequest): Promise<"parked" | "known" | "full">;
  waiting(): Promise<Waiting>;
  /** Those that somebody waits in. */
  lanes(): Promise<readonly string[]>;
  /** The first of a lane. */
  line(lane: string, countMax: number): Promise<readonly WaitingRequest[]>;
  /** Those whose time is over. */
  overdue(nowMicros: number, countMax: number): Promise<readonly WaitingRequest[]>;
  /** Takes a request out of its line; one that has left stays as it left. */
  leave(parkId: string, nowMicros: number): Promise<void>;
  /** Those that have left and are not gone, in the order in which they left. */
  leaving(countMax: number): Promise<readonly LeavingRequest[]>;
  /** It is on the log; its event is forgotten. */
  gone(parkId: string): Promise<void>;
  /** Whether `owner` may let requests go until `untilMicros`: one at a time may, until its time is over. */
  lead(owner: string, nowMicros: number, untilMicros: number): Promise<boolean>;
}

/** Requests that may wait in one store at once. */
export const PARKED_MAX = 100_000;
