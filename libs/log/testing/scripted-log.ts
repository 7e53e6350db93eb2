import type { ConsumerOptions, Log, LogConsumer, LogRecord, OutgoingRecord, PartitionOffset, TopicPartition } from "../log";
import { bytesOf } from "./member";

/** A log that does exactly what a test says, for what no real one can be made to do on demand. */
export class ScriptedLog implements Log {
  readonly appended: OutgoingRecord[] = [];
  readonly commits: (readonly PartitionOffset[])[] = [];
  readonly paused = new Set<number>();
  /** Thrown by the next appends, one each; undefined lets one through. */
  appendErrors: (Error | undefined)[] = [];
  commitError: Error | undefined;
  closed = false;
  private options!: ConsumerOptions;
  private epoch = 0;

  async append(records: readonly OutgoingRecord[]): Promise<void> {
    const error = this.appendErrors.shift();
    if (error !== undefined) throw error;
    this.appended.push(...records);
  }

  async consume(options: ConsumerOptions): Promise<LogConsumer> {
    this.options = options;
    return {
      pause: (partitions) => partitions.forEach(({ partition }) => this.paused.add(partition)),
      resume: (partitions) => partitions.forEach(({ partition }) => this.paused.delete(partition)),
      commit: async (offsets, epoch) => {
        if (this.commitError !== undefined) throw this.commitError;
        if (epoch === this.epoch) this.commits.push(offsets);
      },
      close: async () => {
        this.closed = true;
      },
    };
  }

  assign(...partitions: number[]): void {
    this.paused.clear();
    this.options.onAssigned(partitions.map((partition) => ({ topic: "t", partition })), ++this.epoch);
  }

  /** Records of one partition whose values are their offsets. */
  deliver(partition: number, ...offsets: number[]): void {
    const records = offsets.map(
      (offset): LogRecord => ({ topic: "t", partition, offset: BigInt(offset), timestampMicros: 1, key: null, value: bytesOf(`${offset}`), headers: {} }),
    );
    this.options.onRecords(records, this.epoch);
  }

  crash(error: Error): void {
    this.options.onCrash(error);
  }

  /** The last committed offset of a partition. */
  committedOf(wanted: number): bigint | undefined {
    return this.commits.flat().findLast(({ partition }: TopicPartition) => partition === wanted)?.offset;
  }

  async ensureTopics(): Promise<void> {}
  async endOffsets(): Promise<readonly PartitionOffset[]> {
    return [];
  }
  async committed(): Promise<readonly PartitionOffset[]> {
    return [];
  }
  async close(): Promise<void> {}
}
