/** The event log: ordered, partitioned, durable records of bytes. `log.conformance.ts` says what every adapter must do. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, Uint8Array>>;
}

export interface LogRecord extends OutgoingRecord {
  readonly partition: number;
  readonly offset: bigint;
  /** Microseconds since the epoch, stamped once at append: a redelivered record has the same. */
  readonly timestampMicros: number;
  readonly headers: Readonly<Record<string, Uint8Array>>;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A topic that must be there, with at least these partitions. `config` holds Kafka's settings (`retention.ms`, …); they count when the topic is made, and an adapter ignores what it does not know. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly config?: Readonly<Record<string, string>>;
}

/** `offset` is the next one to read, as in Kafka. */
export type PartitionOffset = TopicPartition & { readonly offset: bigint };

export interface ConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Hands over fetched records of one partition in offset order; must return at once (enqueue, never process). */
  onRecords(records: readonly LogRecord[], epoch: number): void;
  /** A new assignment, with nothing paused, from the committed offsets (or the oldest record): all of an earlier epoch is void. */
  onAssigned(partitions: readonly TopicPartition[], epoch: number): void;
  /** The consumer ended for good. What an adapter can get over by itself (a broker restart) is not reported. */
  onCrash(error: Error): void;
}

export interface LogConsumer {
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** Commits of an earlier epoch are ignored. */
  commit(offsets: readonly PartitionOffset[], epoch: number): Promise<void>;
  close(): Promise<void>;
}

export interface Log {
  /** Resolves when every record is durable; all or an error (then some may have been appended). Concurrent appends share batches. */
  append(records: readonly OutgoingRecord[]): Promise<void>;
  consume(options: ConsumerOptions): Promise<LogConsumer>;
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Next offset to be written and the group's committed one (only partitions that have one), for lag. */
  endOffsets(topic: string): Promise<readonly PartitionOffset[]>;
  committed(groupId: string, topic: string): Promise<readonly PartitionOffset[]>;
  close(): Promise<void>;
}
