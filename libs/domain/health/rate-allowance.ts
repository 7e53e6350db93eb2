import { burstOf, type RateDemand, type RateGrant } from "./rate-bucket";

const MINUTE_MICROS = 60_000_000;

/**
 * This instance's part of a shared limit: it takes units from the store in chunks, ahead of time, so that no call waits
 * for the store, and gives back what it turned out not to need. What one chunk holds follows from the use between the
 * last two exchanges.
 */
export class RateAllowance {
  #stock = 0;
  #used = 0;
  #usual = 0;
  #missing = 0;
  #moreAtMicros = 0;

  constructor(
    readonly key: string,
    private perMinute: number,
  ) {}

  change(perMinute: number): void {
    this.perMinute = perMinute;
  }

  /** Null: taken. Otherwise when to ask again; a request above one burst is let through on a full one, or it never went. */
  missing(units: number): number | null {
    if (this.#stock >= Math.min(units, burstOf(this.perMinute))) return null;
    this.#missing = Math.max(this.#missing, units);
    return this.#moreAtMicros;
  }

  take(units: number): void {
    this.#stock -= units;
    this.#used += units;
  }

  /** The call took other than was taken for it: `units` more, or less when negative. */
  correct(units: number): void {
    this.#stock -= units;
    this.#used += units;
  }

  get starving(): boolean {
    return this.#missing > 0;
  }

  /** What to ask of the store now, or to give back; null: neither. */
  demand(): RateDemand | null {
    const { key, perMinute } = this;
    this.#usual = Math.max(this.#used, this.#usual * 0.5);
    this.#used = 0;
    const target = Math.min(burstOf(perMinute), Math.max(this.#missing, Math.ceil(this.#usual * 2)));
    this.#missing = 0;
    const wanted = Math.max(0, Math.ceil(target - this.#stock));
    const returned = Math.max(0, Math.floor(this.#stock - Math.max(target, 1)));
    if (wanted === 0 && returned === 0) return null;
    this.#stock -= returned;
    return { key, perMinute, wanted, returned };
  }

  granted({ granted, moreAtMicros }: RateGrant): void {
    this.#stock += granted;
    this.#moreAtMicros = moreAtMicros;
  }

  /** Gives what the demand gave back to itself again: the store never heard of it. */
  undo({ returned, wanted }: RateDemand): void {
    this.#stock += returned;
    this.#missing = Math.max(this.#missing, wanted > 0 ? 1 : 0);
  }

  /** While the store is away: an even share of the limit, from the time since the last grant. */
  grantShare(instances: number, elapsedMicros: number): void {
    const share = (this.perMinute * elapsedMicros) / MINUTE_MICROS / Math.max(1, instances);
    this.#stock = Math.min(burstOf(this.perMinute) / Math.max(1, instances), this.#stock + share);
  }
}
