import type { AnswerStream } from "./answer-stream";
import type { CallOrder } from "./call-order";
import type { GovernedCall, GovernedResult } from "./governed-call";
import { startTimer, type Timer } from "./timer";

export interface HedgedCallDeps {
  readonly call: GovernedCall;
  readonly timer: Timer;
}

/** Two calls of one plan that may be under way at once. Their ordinals follow each other. */
export interface Rivals {
  readonly first: CallOrder;
  readonly second: CallOrder;
  /** Run when the first piece of a streamed answer comes. */
  readonly firstSpoke: () => void;
  readonly secondSpoke: () => void;
  /** After the first one's call has begun. */
  readonly afterMs: number;
}

/** The second is null when it was never begun, and so has no outcome. */
export interface RivalResults {
  readonly first: GovernedResult;
  readonly second: GovernedResult | null;
}

/**
 * Makes a call, and a second one beside it when the first is slow. The first of them to answer, or to say the first word
 * of a streamed answer, ends the other; both are begun, settled and kept like any attempt.
 *
 * What a redelivered event finds: the first's kept outcome says whether a second was begun under the next ordinal. The
 * question is closed in the moment in which the first's outcome is made, so the two never contradict each other. Then
 * the second is asked for like any attempt: it is finished, or in flight with an owner that may be dead, or (its begin
 * was lost) begun only now, and stands down when the first has answered. When nobody saw the first's end, a second is
 * looked for as well.
 *
 * Rejects as the calls do, after both have ended.
 */
export async function callWithHedge(deps: HedgedCallDeps, rivals: Rivals, stream: AnswerStream | null, signal: AbortSignal): Promise<RivalResults> {
  const race = new Race(deps, rivals, stream, signal);
  try {
    return await race.run();
  } finally {
    race.leave();
  }
}

class Race {
  private readonly firstEnds = new AbortController();
  private readonly secondEnds = new AbortController();
  private second: Promise<GovernedResult | null> | null = null;
  private sealed = false;
  private cancelTimer = (): void => undefined;
  private readonly onAbort = (): void => {
    this.firstEnds.abort();
    this.secondEnds.abort();
  };

  constructor(
    private readonly deps: HedgedCallDeps,
    private readonly rivals: Rivals,
    private readonly stream: AnswerStream | null,
    private readonly signal: AbortSignal,
  ) {
    if (signal.aborted) this.onAbort();
    else signal.addEventListener("abort", this.onAbort, { once: true });
  }

  async run(): Promise<RivalResults> {
    let first: GovernedResult;
    try {
      first = await this.callFirst();
    } catch (thrown) {
      this.seal();
      this.secondEnds.abort();
      await this.second?.catch(() => null);
      throw thrown;
    }
    if (endsRace(first)) this.secondEnds.abort();
    return { first, second: await (this.second ?? this.secondOf(first)) };
  }

  leave(): void {
    this.signal.removeEventListener("abort", this.onAbort);
    this.cancelTimer();
  }

  private callFirst(): Promise<GovernedResult> {
    const { first, afterMs } = this.rivals;
    const hedge = {
      called: () => {
        if (!this.sealed) this.cancelTimer = startTimer(this.deps.timer, afterMs, () => this.callSecond());
      },
      seal: () => this.seal(),
    };
    // Once it speaks it is not slow any more.
    const onDelta = this.stream?.sinkOf(first.ordinal, () => {
      this.seal();
      this.secondEnds.abort();
      this.rivals.firstSpoke();
    });
    return this.deps.call({ ...first, hedge, ...(onDelta ? { onDelta } : {}) }, this.firstEnds.signal);
  }

  private callSecond(): void {
    if (this.sealed) return;
    const { second } = this.rivals;
    const onDelta = this.stream?.sinkOf(second.ordinal, () => {
      this.firstEnds.abort();
      this.rivals.secondSpoke();
    });
    this.second = this.deps.call({ ...second, ...(onDelta ? { onDelta } : {}) }, this.secondEnds.signal).then(
      (result) => {
        if (endsRace(result)) this.firstEnds.abort();
        return result;
      },
      (thrown: unknown) => {
        // Ended before it was begun: then there is nothing of it to wait for.
        if (this.secondEnds.signal.aborted && !this.signal.aborted) return null;
        throw thrown;
      },
    );
    // Looked at when the first has ended.
    this.second.catch(() => undefined);
  }

  /** A second that was begun earlier, here or elsewhere, if there was one. */
  private async secondOf(first: GovernedResult): Promise<GovernedResult | null> {
    if (!first.kept?.hedged) return null;
    const { second } = this.rivals;
    const standDown = endsRace(first);
    const onDelta = standDown ? undefined : this.stream?.sinkOf(second.ordinal, () => undefined);
    return this.deps.call({ ...second, standDown, ...(onDelta ? { onDelta } : {}) }, this.signal);
  }

  private seal(): boolean {
    this.sealed = true;
    this.cancelTimer();
    return this.second !== null;
  }
}

/** An answer, or a refusal that nobody else may be asked about, or the end of the request. */
function endsRace({ kept, ...rest }: GovernedResult): boolean {
  if (!kept) return false;
  if (kept.failure?.code === "cancelled" || kept.failure?.code === "stream_interrupted") return true;
  if (!kept.output) return false;
  return !kept.output.refused || !("obligations" in rest && rest.obligations.fallbackOnRefusal);
}
