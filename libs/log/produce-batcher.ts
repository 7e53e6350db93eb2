import { AppError, toAppError } from "@leverframe/kernel";
import type { OutgoingRecord } from "./log";

export interface ProduceBatcherOptions {
  /** Makes all of the records durable, in their order, or fails. Never called again before the last call has ended. */
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void> | void;
  /** One call of `send` carries at most this many records and bytes, except that one append is never split. */
  readonly batchRecordsMax: number;
  readonly batchBytesMax: number;
  /** Appends beyond this many waiting records are refused as `unavailable`. */
  readonly waitingRecordsMax: number;
}

interface Waiting {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

/** What a record takes besides key, value and headers; only a bound, so it need not be exact. */
const RECORD_OVERHEAD_BYTES = 32;

/**
 * Group commit: every append of one turn of the event loop leaves in one batch, and whatever arrives while a batch is
 * under way forms the next. So a lone append waits for nothing, and a busy process pays one round trip (Kafka) or one
 * transaction (SQLite) for hundreds of results. One batch at a time also keeps the order of appends through retries.
 */
export class ProduceBatcher {
  private waiting: Waiting[] = [];
  private waitingRecords = 0;
  private running: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: ProduceBatcherOptions) {}

  append(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    if (this.closed) return Promise.reject(new AppError("unavailable", "the log is closed"));
    if (this.waitingRecords + records.length > this.options.waitingRecordsMax && this.waitingRecords > 0) {
      const message = `the log has ${this.waitingRecords} records waiting to be written, expected at most ${this.options.waitingRecordsMax}`;
      return Promise.reject(new AppError("unavailable", message));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, bytes: sizeOf(records), resolve, reject });
      this.waitingRecords += records.length;
      this.running ??= this.run();
    });
  }

  /** Refuses further appends; resolves when those accepted have ended. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.sendBatch(this.takeBatch());
    this.running = undefined;
  }

  private takeBatch(): Waiting[] {
    let count = 0;
    let records = 0;
    let bytes = 0;
    for (const next of this.waiting) {
      const fits =
        records + next.records.length <= this.options.batchRecordsMax && bytes + next.bytes <= this.options.batchBytesMax;
      if (count > 0 && !fits) break;
      count++;
      records += next.records.length;
      bytes += next.bytes;
    }
    this.waitingRecords -= records;
    if (count === this.waiting.length) {
      const all = this.waiting;
      this.waiting = [];
      return all;
    }
    return this.waiting.splice(0, count);
  }

  private async sendBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.options.send(batch.length === 1 ? batch[0]!.records : batch.flatMap((one) => one.records));
      for (const one of batch) one.resolve();
    } catch (thrown) {
      const error = toAppError(thrown);
      // One bad record must not fail its neighbours. When the log itself is away, sending one by one would only
      // multiply the waiting.
      if (batch.length === 1 || error.code === "unavailable" || error.code === "timeout") {
        for (const one of batch) one.reject(error);
      } else {
        for (const one of batch) await this.sendBatch([one]);
      }
    }
  }
}

function sizeOf(records: readonly OutgoingRecord[]): number {
  let bytes = 0;
  for (const { key, value, headers } of records) {
    bytes += RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
    for (const name in headers) bytes += name.length + headers[name]!.length;
  }
  return bytes;
}
