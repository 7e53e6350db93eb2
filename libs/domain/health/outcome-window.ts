export type WindowOutcome = "answered" | "slow" | "failed";

/** How the last calls went. */
export interface WindowCounts {
  readonly samples: number;
  readonly failures: number;
  /** Answered, but late. */
  readonly slow: number;
}

const CODES = { answered: 0, slow: 1, failed: 2 } as const;

/**
 * The last `callsMax` outcomes, none older than `ageMs`: under load it follows within seconds, and with few calls it
 * still remembers enough to judge by. A ring of fixed size; no operation allocates.
 */
export class OutcomeWindow {
  readonly #at: Float64Array;
  readonly #codes: Uint8Array;
  readonly #ageMicros: number;
  #first = 0;
  #samples = 0;
  #failures = 0;
  #slow = 0;

  constructor(callsMax: number, ageMs: number) {
    this.#at = new Float64Array(callsMax);
    this.#codes = new Uint8Array(callsMax);
    this.#ageMicros = ageMs * 1_000;
  }

  record(outcome: WindowOutcome, nowMicros: number): void {
    this.#expire(nowMicros);
    if (this.#samples === this.#at.length) this.#drop();
    const next = (this.#first + this.#samples) % this.#at.length;
    this.#at[next] = nowMicros;
    this.#codes[next] = CODES[outcome];
    this.#samples++;
    if (outcome === "failed") this.#failures++;
    if (outcome === "slow") this.#slow++;
  }

  counts(nowMicros: number): WindowCounts {
    this.#expire(nowMicros);
    return { samples: this.#samples, failures: this.#failures, slow: this.#slow };
  }

  clear(): void {
    this.#samples = this.#failures = this.#slow = 0;
  }

  #expire(nowMicros: number): void {
    while (this.#samples > 0 && (this.#at[this.#first] as number) <= nowMicros - this.#ageMicros) this.#drop();
  }

  #drop(): void {
    const code = this.#codes[this.#first];
    if (code === CODES.failed) this.#failures--;
    if (code === CODES.slow) this.#slow--;
    this.#first = (this.#first + 1) % this.#at.length;
    this.#samples--;
  }
}
