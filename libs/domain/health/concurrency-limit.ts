import type { HealthTerms } from "./health-terms";

/** After a decrease the limit is this share of the calls that were under way. */
const DECREASE = 0.7;
/** The limit only rises while it is nearly used up: what nobody asks for is no evidence. */
const USED_SHARE = 0.8;

/**
 * How many calls of one deployment may be under way at once. Additive increase, multiplicative decrease (D.-M. Chiu and
 * R. Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance", 1989) as TCP does it: one more
 * for each round of calls that went well, and up to where it last broke one more for each such call (slow start,
 * RFC 5681 §3.1); at a sign of overload a share of what was under way, once for all calls of the same round.
 */
export class ConcurrencyLimit {
  #limit: number;
  #threshold: number;
  #inFlight = 0;
  #loweredAtMicros = 0;
  #falling = false;
  /** Calls of a round that nearly used the limit up, which may each raise it. */
  #tight = 0;

  constructor(private readonly terms: Pick<HealthTerms, "concurrencyMin" | "concurrencyMax">) {
    this.#limit = this.#threshold = terms.concurrencyMax;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** False: no call more, now. */
  take(): boolean {
    if (this.#inFlight >= this.limit) return false;
    this.#inFlight++;
    if (this.#inFlight >= this.limit * USED_SHARE) this.#tight = this.#inFlight;
    return true;
  }

  /** Ends a call. `load`: whether it showed overload, went well, or says nothing. */
  give(load: "overload" | "fine" | "unknown", startedAtMicros: number, nowMicros: number): void {
    const used = this.#inFlight--;
    if (load === "overload") this.#lower(used, startedAtMicros, nowMicros);
    if (load === "fine" && this.#tight > 0) this.#raise();
  }

  #lower(used: number, startedAtMicros: number, nowMicros: number): void {
    if (startedAtMicros < this.#loweredAtMicros) return;
    const lowered = Math.max(this.terms.concurrencyMin, Math.min(this.#limit, used) * DECREASE);
    // Of decreases that follow each other the first one tells what was too much; the others are its aftermath.
    if (!this.#falling) this.#threshold = lowered;
    this.#falling = true;
    this.#limit = lowered;
    this.#tight = 0;
    this.#loweredAtMicros = nowMicros;
  }

  #raise(): void {
    this.#tight--;
    this.#falling = false;
    const step = this.#limit < this.#threshold ? 1 : 1 / this.#limit;
    this.#limit = Math.min(this.terms.concurrencyMax, this.#limit + step);
  }
}
