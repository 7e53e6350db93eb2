import type { Cancellation, Funded } from "@leverframe/events";
import { type Digest, requestIdentity } from "@leverframe/kernel";

/** A request that is being carried out: `stop` aborts when its application does not want the answer any more. */
export interface Watched {
  readonly stop: AbortSignal;
  leave(): void;
}

/** Cancelled requests that are remembered for the case that their turn comes later; the oldest are forgotten first. */
const REMEMBERED_MAX = 50_000;

/**
 * Which requests are not wanted any more. A cancellation counts for requests of the application on whose topic it came,
 * so nobody cancels for others; it may come before, while or after the request is carried out.
 */
export class Cancellations {
  private readonly cancelled = new Set<string>();
  private readonly live = new Map<string, Set<AbortController>>();

  constructor(private readonly digest: Digest) {}

  take(cancellation: Cancellation, application: string): void {
    const key = keyOf(application, requestIdentity(cancellation, application, this.digest));
    this.cancelled.add(key);
    if (this.cancelled.size > REMEMBERED_MAX) this.cancelled.delete(this.cancelled.values().next().value!);
    for (const controller of this.live.get(key) ?? []) controller.abort();
  }

  watch({ meta, origin }: Pick<Funded, "meta" | "origin">): Watched {
    const key = keyOf(origin.application, meta.requestId);
    const controller = new AbortController();
    if (this.cancelled.has(key)) controller.abort();
    const watching = this.live.get(key) ?? new Set();
    this.live.set(key, watching.add(controller));
    return {
      stop: controller.signal,
      leave: () => {
        watching.delete(controller);
        if (watching.size === 0 && this.live.get(key) === watching) this.live.delete(key);
      },
    };
  }
}

const keyOf = (application: string, requestId: string): string => `${application}/${requestId}`;
