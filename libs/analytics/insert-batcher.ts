import { AppError, toAppError } from "@leverframe/kernel";

export interface BatchBounds {
  /** A batch leaves when it has this many rows … */
  readonly rowsMax: number;
  /** … or this many bytes … */
  readonly bytesMax: number;
  /** … or its first row has waited this long. */
  readonly lingerMs: number;
  /** Rows beyond this many waiting bytes (of all tables) are refused as `unavailable`. */
  readonly waitingBytesMax: number;
}

/**
 * ClickHouse writes one part for each insert and wants few, large ones; nobody waits for the sink but the offsets of
 * records that are handled, so a lone row may wait half a second for company. A stage with this many records in flight
 * fills a batch before that.
 */
export const BATCH_BOUNDS: BatchBounds = { rowsMax: 2_000, bytesMax: 8 * 1_048_576, lingerMs: 500, waitingBytesMax: 64 * 1_048_576 };

/** Stores the lines in one table; throws AppError. Never called for a table before its last call for it has ended. */
export type SendLines<Table extends string> = (table: Table, lines: readonly string[]) => Promise<void>;

interface Waiting {
  readonly lines: readonly string[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

interface Queue {
  waiting: Waiting[];
  rows: number;
  bytes: number;
  timer: NodeJS.Timeout | null;
  sending: Promise<void> | null;
}

/**
 * Coalesces inserts from many records into few requests. An insert resolves when its rows are stored, so what depends on
 * it (the offset of its record) never runs ahead. It keeps nothing on failure: the caller has the record and repeats it.
 */
export class InsertBatcher<Table extends string> {
  readonly #queues = new Map<Table, Queue>();
  readonly #send: SendLines<Table>;
  readonly #bounds: BatchBounds;
  #waitingBytes = 0;
  #closed = false;

  constructor(send: SendLines<Table>, bounds: BatchBounds = BATCH_BOUNDS) {
    this.#send = send;
    this.#bounds = bounds;
  }

  insert(table: Table, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    if (this.#closed) return Promise.reject(new AppError("unavailable", "analytics is closed"));
    const lines = rows.map((row) => JSON.stringify(row));
    const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#bounds.waitingBytesMax) {
      const message = `${this.#waitingBytes} bytes wait to be stored, expected at most ${this.#bounds.waitingBytesMax}`;
      return Promise.reject(new AppError("unavailable", message));
    }
    const queue = this.#queueOf(table);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ lines, bytes, resolve, reject });
      queue.rows += lines.length;
      queue.bytes += bytes;
      this.#waitingBytes += bytes;
      this.#schedule(table, queue);
    });
  }

  /** Refuses further rows; resolves when those accepted are stored or refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (;;) {
      for (const [table, queue] of this.#queues) if (queue.waiting.length > 0) this.#flush(table, queue);
      const sending = [...this.#queues.values()].flatMap((queue) => queue.sending ?? []);
      if (sending.length === 0) return;
      await Promise.all(sending);
    }
  }

  #queueOf(table: Table): Queue {
    let queue = this.#queues.get(table);
    if (!queue) this.#queues.set(table, (queue = { waiting: [], rows: 0, bytes: 0, timer: null, sending: null }));
    return queue;
  }

  #schedule(table: Table, queue: Queue): void {
    const full = queue.rows >= this.#bounds.rowsMax || queue.bytes >= this.#bounds.bytesMax;
    if (full || this.#closed) this.#flush(table, queue);
    else queue.timer ??= setTimeout(() => this.#flush(table, queue), this.#bounds.lingerMs);
  }

  #flush(table: Table, queue: Queue): void {
    if (queue.timer) clearTimeout(queue.timer);
    queue.timer = null;
    // What arrives while a batch is under way forms the next one.
    if (queue.sending) return;
    const batch = this.#take(queue);
    queue.sending = this.#deliver(table, batch).finally(() => {
      queue.sending = null;
      this.#waitingBytes -= batch.reduce((sum, one) => sum + one.bytes, 0);
      if (queue.waiting.length > 0) this.#schedule(table, queue);
    });
  }

  #take(queue: Queue): Waiting[] {
    let count = 0;
    let rows = 0;
    let bytes = 0;
    for (const next of queue.waiting) {
      const fits = rows + next.lines.length <= this.#bounds.rowsMax && bytes + next.bytes <= this.#bounds.bytesMax;
      if (count > 0 && !fits) break;
      count++;
      rows += next.lines.length;
      bytes += next.bytes;
    }
    queue.rows -= rows;
    queue.bytes -= bytes;
    return queue.waiting.splice(0, count);
  }

  /** One row that can never be stored must not fail its neighbours: halves are tried alone until it is found. */
  async #deliver(table: Table, batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#send(table, batch.length === 1 ? batch[0]!.lines : batch.flatMap((one) => one.lines));
      for (const one of batch) one.resolve();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.retryable || batch.length === 1) {
        for (const one of batch) one.reject(error);
        return;
      }
      const middle = batch.length >> 1;
      await this.#deliver(table, batch.slice(0, middle));
      await this.#deliver(table, batch.slice(middle));
    }
  }
}
