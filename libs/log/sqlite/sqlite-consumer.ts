import { toAppError } from "@leverframe/kernel";
import type { ConsumerOptions, LogConsumer, PartitionOffset, TopicPartition } from "../log";
import type { GroupStore } from "./group-store";
import type { RecordStore, StoredPartition } from "./record-store";

/** How many records one read takes from one partition: small enough that nobody waits long for their turn. */
const READ_RECORDS_MAX = 256;

interface Position {
  readonly partition: StoredPartition;
  next: number;
  paused: boolean;
}

/** One member of one group in this process. The log wakes it: `wake` when there may be records, `check` when members may have changed. */
export class SqliteConsumer implements LogConsumer {
  private positions: Position[] = [];
  private epoch = 0;
  private generation = 0;
  private reading = false;
  private closed = false;
  private readonly heartbeatTimer: NodeJS.Timeout;

  constructor(
    private readonly options: ConsumerOptions,
    private readonly memberId: string,
    private readonly groups: GroupStore,
    private readonly records: RecordStore,
    /** Next offset of every partition as last seen, kept up to date by the log. */
    private readonly ends: () => ReadonlyMap<number, number>,
    heartbeatMs: number,
    private readonly onClosed: () => void,
  ) {
    this.groups.join(options.groupId, memberId, options.topics);
    this.heartbeatTimer = setInterval(() => this.heartbeat(), heartbeatMs);
  }

  /** Takes over the assignment of a new generation, if there is one. */
  check(): void {
    this.guarded(() => {
      if (this.groups.generation(this.options.groupId) !== this.generation) this.takeOver();
    });
  }

  private takeOver(): void {
    const { groupId, topics } = this.options;
    this.records.forgetTopics();
    let assignment = this.groups.assignment(groupId, this.memberId, topics);
    if (assignment === undefined) {
      this.groups.join(groupId, this.memberId, topics);
      assignment = this.groups.assignment(groupId, this.memberId, topics)!;
    }
    const committed = this.groups.committedById(groupId);
    this.generation = assignment.generation;
    this.epoch++;
    this.positions = assignment.partitions.map((partition) => ({ partition, next: committed.get(partition.id) ?? 0, paused: false }));
    const assigned = assignment.partitions.map(({ topic, partition }) => ({ topic, partition }));
    this.options.onAssigned(assigned, this.epoch);
    this.wake();
  }

  wake(): void {
    if (this.reading || this.closed) return;
    this.reading = true;
    setImmediate(() => this.guarded(() => this.readOnce()));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.setPaused(partitions, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.setPaused(partitions, false);
    this.wake();
  }

  async commit(offsets: readonly PartitionOffset[], epoch: number): Promise<void> {
    if (this.closed || epoch !== this.epoch || offsets.length === 0) return;
    if (!this.groups.commit(this.options.groupId, this.generation, offsets)) this.check();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.heartbeatTimer);
    this.onClosed();
    this.groups.leave(this.options.groupId, this.memberId);
  }

  /** One read of each partition that has something, then a turn of the event loop for everybody else. */
  private readOnce(): void {
    this.reading = false;
    const { epoch } = this;
    const ends = this.ends();
    for (const position of this.positions) {
      if (this.closed || epoch !== this.epoch) return;
      const end = ends.get(position.partition.id) ?? 0;
      if (position.paused || position.next >= end) continue;
      const records = this.records.read(position.partition, position.next, READ_RECORDS_MAX);
      // Fewer than asked for: all there was, or the rest was removed by retention.
      position.next = records.length < READ_RECORDS_MAX ? Math.max(end, after(records)) : after(records);
      if (records.length > 0) this.options.onRecords(records, epoch);
      if (position.next < end) this.wake();
    }
  }

  private heartbeat(): void {
    this.guarded(() => {
      if (!this.groups.heartbeat(this.options.groupId, this.memberId)) this.generation = 0;
    });
    this.check();
  }

  private setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const { topic, partition } of partitions) {
      const position = this.positions.find((one) => one.partition.topic === topic && one.partition.partition === partition);
      if (position !== undefined) position.paused = paused;
    }
  }

  /** A file that is busy or full comes back: the next heartbeat or poll tries again. Anything else ends the consumer. */
  private guarded(work: () => void): void {
    if (this.closed) return;
    try {
      work();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!error.retryable) this.options.onCrash(error);
    }
  }
}

function after(records: readonly { readonly offset: bigint }[]): number {
  return records.length === 0 ? 0 : Number(records[records.length - 1]!.offset) + 1;
}
