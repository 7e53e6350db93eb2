import type { Log, LogConsumer, LogRecord, TopicPartition } from "@leverframe/log";

export interface ReadOptions {
  readonly log: Log;
  readonly topic: string;
  /** A group that committed nothing reads from the start. */
  readonly groupId: string;
  /** Records come one after the other. */
  visit(record: LogRecord): void | Promise<void>;
  /**
   * How long to wait for a next record before the rest counts as removed: offsets whose records retention took away
   * never arrive.
   */
  readonly quietMsMax?: number;
}

const QUIET_MS_MAX = 5_000;
/** Beyond so many records waiting to be visited the log is asked to wait. */
const WAITING_MAX = 256;

/** Visits what the topic holds at the time of the call, each partition in order. Nothing is committed. */
export async function readToEnd({ log, topic, groupId, visit, quietMsMax = QUIET_MS_MAX }: ReadOptions): Promise<void> {
  const left = new Map((await log.endOffsets(topic)).filter(({ offset }) => offset > 0n).map(({ partition, offset }) => [partition, offset]));
  const start = new Map((await log.committed(groupId, topic)).map(({ partition, offset }) => [partition, offset]));
  for (const [partition, end] of left) if ((start.get(partition) ?? 0n) >= end) left.delete(partition);
  if (left.size === 0) return;

  const done = Promise.withResolvers<void>();
  const queue: LogRecord[] = [];
  const pausing = new Pausing();
  let visiting = false;
  let quiet: NodeJS.Timeout | undefined;
  const waitQuietly = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(done.resolve, quietMsMax);
  };
  const work = async (): Promise<void> => {
    if (visiting) return;
    visiting = true;
    clearTimeout(quiet);
    for (let record = queue.shift(); record !== undefined; record = queue.shift()) {
      await visit(record);
      if (record.offset + 1n >= (left.get(record.partition) ?? 0n)) left.delete(record.partition);
      if (left.size === 0) return done.resolve();
      if (queue.length === 0) pausing.resume();
    }
    visiting = false;
    waitQuietly();
  };
  const consumer = await log.consume({
    groupId,
    topics: [topic],
    onRecords: (records) => {
      queue.push(...records.filter(({ partition, offset }) => offset < (left.get(partition) ?? 0n)));
      if (queue.length > WAITING_MAX) pausing.pause();
      work().catch(done.reject);
    },
    onAssigned: (partitions) => {
      pausing.partitions = partitions;
      waitQuietly();
    },
    onCrash: done.reject,
  });
  pausing.consumer = consumer;
  try {
    await done.promise;
  } finally {
    clearTimeout(quiet);
    await consumer.close();
  }
}

class Pausing {
  consumer: LogConsumer | null = null;
  partitions: readonly TopicPartition[] = [];
  private paused = false;

  pause(): void {
    if (this.paused || this.consumer === null) return;
    this.paused = true;
    this.consumer.pause(this.partitions);
  }

  resume(): void {
    if (!this.paused || this.consumer === null) return;
    this.paused = false;
    this.consumer.resume(this.partitions);
  }
}
