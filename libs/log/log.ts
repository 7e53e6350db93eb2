/** The event log: ordered, partitioned, durable records of bytes. `log.conformance.ts` defines what every adapter must do. */
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

/** `config` holds Kafka's topic settings (`retention.ms`, …); an adapter ignores what it does not know. */
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
  /** A new assignment: everything of an earlier epoch is void. */
  onAssigned(partitions: readonly TopicPartition[], epoch: number): void;
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
  /** Resolves when every record is durable; all or an error (then some may have been appended). */
  append(records: readonly OutgoingRecord[]): Promise<void>;
  consume(options: ConsumerOptions): Promise<LogConsumer>;
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Next offset to be written and the group's committed one, for lag. */
  endOffsets(topic: string): Promise<readonly PartitionOffset[]>;
  committed(groupId: string, topic: string): Promise<readonly PartitionOffset[]>;
  close(): Promise<void>;
}
