import type { DeltaOutlet, StreamFailure } from "./delta-outlet";
import type { KeptOutcome } from "./kept-outcome";
import type { DeltaSink } from "./provider-adapter";

/** Lets one attempt of a plan speak: the first that has something to say, until it ends. */
export class AnswerStream {
  private speaker: number | null = null;

  constructor(private readonly outlet: DeltaOutlet) {}

  /** `onFirst` runs when this attempt becomes the one that speaks; what others say from then on is dropped. */
  sinkOf(ordinal: number, onFirst: () => void): DeltaSink {
    return (delta) => {
      if (this.speaker === null) {
        this.speaker = ordinal;
        onFirst();
      }
      if (this.speaker === ordinal) return this.outlet.write(ordinal, delta);
    };
  }

  /** `answers`: its output is the plan's. Attempts that never spoke have nothing to end, nor have those that others repeat. */
  async end(ordinal: number, kept: KeptOutcome, answers: boolean): Promise<void> {
    if (this.speaker !== ordinal) return;
    this.speaker = null;
    const failure = answers ? null : failureOf(kept);
    if (answers || failure) await this.outlet.end(ordinal, failure);
  }
}

function failureOf({ attempt, output, failure }: KeptOutcome): StreamFailure | null {
  if (failure) return { code: failure.code, message: failure.message };
  if (output?.refused) return { code: attempt?.outcome ?? "content_refused", message: "the provider declined on content grounds" };
  return output && { code: "superseded", message: "another attempt answered first" };
}
