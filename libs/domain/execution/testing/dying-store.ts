import type { AttemptStore, BeginAttempt, BeginResult, FinishAttempt, FinishResult } from "../attempt-store";

/** The store as a process sees it that dies after some steps: from then on nothing is carried out and nothing answers. */
export class DyingStore implements AttemptStore {
  private stepsLeft: number;

  /** Of half a step it is the first half that is done: the store carried it out, and its result does not come back. */
  constructor(
    private readonly store: AttemptStore,
    stepsToLive: number,
  ) {
    this.stepsLeft = stepsToLive;
  }

  begin(attempt: BeginAttempt): Promise<BeginResult> {
    return this.step(() => this.store.begin(attempt));
  }

  finish(attempt: FinishAttempt): Promise<FinishResult> {
    return this.step(() => this.store.finish(attempt));
  }

  private async step<T>(carryOut: () => Promise<T>): Promise<T> {
    this.stepsLeft -= 1;
    if (this.stepsLeft >= 0) return carryOut();
    if (this.stepsLeft > -1) await carryOut();
    return new Promise<never>(() => undefined);
  }
}
