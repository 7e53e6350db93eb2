/** Completed tickets are forgotten in blocks of this many, so that completing stays O(1) on average. */
const COMPACT_AT = 1_024;

/**
 * Which offset of one partition may be committed, while its records complete in any order. Only received offsets are
 * tracked, so a gap in the log (compaction, retention, a transaction's marker) counts as done.
 */
export class OffsetTracker {
  private offsets: bigint[] = [];
  private done: boolean[] = [];
  /** Index of the first incomplete offset, and the ticket of index 0. */
  private head = 0;
  private firstTicket = 0;
  private watermark: bigint | undefined;

  /** Takes note of a received record; its ticket is handed back on completion. Offsets must rise. */
  track(offset: bigint): number {
    const last = this.last;
    if (last !== undefined && offset <= last) throw new RangeError(`offset ${offset} after ${last}, expected a higher one`);
    this.done.push(false);
    return this.firstTicket + this.offsets.push(offset) - 1;
  }

  /** The record and everything it produced is durable. A second call for the same ticket changes nothing. */
  complete(ticket: number): void {
    const index = ticket - this.firstTicket;
    if (index < this.head) return;
    if (index >= this.offsets.length) throw new RangeError(`ticket ${ticket} was never handed out`);
    this.done[index] = true;
    if (index !== this.head) return;
    while (this.head < this.done.length && this.done[this.head]) this.head++;
    this.watermark = this.offsets[this.head - 1]! + 1n;
    if (this.head >= COMPACT_AT && this.head * 2 >= this.offsets.length) this.compact();
  }

  /** The next offset to read after a restart: one past the last of the unbroken run of completed records; undefined until there is one. */
  get committable(): bigint | undefined {
    return this.watermark;
  }

  /** The highest offset received. */
  get last(): bigint | undefined {
    return this.offsets.length > 0 ? this.offsets[this.offsets.length - 1] : this.watermark === undefined ? undefined : this.watermark - 1n;
  }

  /** Received records at or above the low watermark, complete or not: what a restart would deliver again. */
  get span(): number {
    return this.offsets.length - this.head;
  }

  private compact(): void {
    this.offsets = this.offsets.slice(this.head);
    this.done = this.done.slice(this.head);
    this.firstTicket += this.head;
    this.head = 0;
  }
}
