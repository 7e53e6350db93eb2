import { AppError } from "@leverframe/kernel";
import type { LogRecord, OutgoingRecord, PartitionOffset, TopicPartition, TopicSpec } from "../log";
import { partitionOf } from "../partitioner";
import { checkTopicSpec } from "../topic-spec";
import type { Database } from "./database";
import { decodeHeaders, encodeHeaders } from "./headers";

export interface StoredPartition extends TopicPartition {
  readonly id: number;
}

/** 2^40 offsets for each of 2^13 partitions: every record id is an exact double. */
const OFFSETS = 2 ** 40;
const PARTITIONS_MAX = 2 ** 13;

type RecordRow = readonly [id: number, timestampMicros: number, key: Uint8Array | null, value: Uint8Array | null, headers: Uint8Array | null];

/** Topics and the records in them. Knows nothing of who reads. */
export class RecordStore {
  private readonly partitionRows;
  private readonly nextOffsetRows;
  private readonly setNextOffset;
  private readonly insertRecord;
  private readonly recordRows;
  private readonly topicNames;
  private readonly insertTopic;
  private readonly insertPartition;
  private readonly endRows;
  /** Topics are only ever added, and partitions only grow, so what was seen stays true. */
  private readonly topics = new Map<string, readonly StoredPartition[]>();
  private unkeyed = 0;

  constructor(
    private readonly database: Database,
    private readonly nowMicros: () => number,
  ) {
    this.partitionRows = database.rows<readonly [id: number, number: number]>(
      "SELECT id, number FROM topic_partition WHERE topic = ? ORDER BY number",
    );
    this.nextOffsetRows = database.rows<readonly [number]>("SELECT next_offset FROM topic_partition WHERE id = ?");
    this.setNextOffset = database.command("UPDATE topic_partition SET next_offset = ? WHERE id = ?");
    this.insertRecord = database.command("INSERT INTO record (id, timestamp_micros, key, value, headers) VALUES (?, ?, ?, ?, ?)");
    this.recordRows = database.rows<RecordRow>(
      "SELECT id, timestamp_micros, key, value, headers FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
    );
    this.topicNames = database.rows<readonly [string]>("SELECT name FROM topic WHERE name = ?");
    this.insertTopic = database.command("INSERT INTO topic (name, retention_ms, retention_bytes) VALUES (?, ?, ?)");
    this.insertPartition = database.command("INSERT INTO topic_partition (topic, number) VALUES (?, ?)");
    this.endRows = database.rows<readonly [id: number, nextOffset: number]>("SELECT id, next_offset FROM topic_partition");
  }

  /** Creates what is missing and adds missing partitions; settings count at creation, as in Kafka. */
  ensureTopics(specs: readonly TopicSpec[]): void {
    this.database.transaction(() => {
      for (const spec of specs) {
        checkTopicSpec(spec);
        if (this.topicNames(spec.name).length === 0) {
          this.insertTopic(spec.name, limitOf(spec, "retention.ms"), limitOf(spec, "retention.bytes"));
        }
        for (let number = this.partitionRows(spec.name).length; number < spec.partitions; number++) this.insertPartition(spec.name, number);
        this.topics.delete(spec.name);
      }
      if (this.endRows().length > PARTITIONS_MAX) throw new AppError("bad_input", `more than ${PARTITIONS_MAX} partitions in one log file`);
    });
  }

  /** One transaction. Hands back the new next offset of each partition written to. */
  append(records: readonly OutgoingRecord[]): Map<number, number> {
    const ends = new Map<number, number>();
    this.database.transaction(() => {
      const timestampMicros = this.nowMicros();
      for (const { topic, key, value, headers } of records) {
        const partitions = this.partitionsOf(topic);
        const { id } = partitions[key === null ? this.unkeyed++ % partitions.length : partitionOf(key, partitions.length)]!;
        const offset = ends.get(id) ?? this.nextOffsetRows(id)[0]![0];
        this.insertRecord(id * OFFSETS + offset, timestampMicros, key, value, encodeHeaders(headers));
        ends.set(id, offset + 1);
      }
      for (const [id, end] of ends) this.setNextOffset(end, id);
    });
    return ends;
  }

  /** Records from `offset` on, in order; offsets that retention removed are passed over. */
  read(partition: StoredPartition, offset: number, recordsMax: number): LogRecord[] {
    const base = partition.id * OFFSETS;
    const rows = this.recordRows(base + offset, base + OFFSETS, recordsMax);
    const { topic, partition: number } = partition;
    return rows.map(([id, timestampMicros, key, value, headers]) => ({
      topic,
      partition: number,
      offset: BigInt(id - base),
      timestampMicros,
      key,
      value,
      headers: decodeHeaders(headers),
    }));
  }

  /** Throws a retryable `bad_config` for a topic that nobody has made yet. */
  partitionsOf(topic: string): readonly StoredPartition[] {
    const known = this.topics.get(topic);
    if (known !== undefined) return known;
    const partitions = this.partitionRows(topic).map(([id, number]) => ({ id, topic, partition: number }));
    if (partitions.length === 0) throw new AppError("bad_config", `topic \`${topic}\` does not exist`, { retryable: true });
    this.topics.set(topic, partitions);
    return partitions;
  }

  /** Next offset of every partition in the file, by partition id. */
  ends(): Map<number, number> {
    return new Map(this.endRows());
  }

  endOffsets(topic: string): PartitionOffset[] {
    return this.partitionsOf(topic).map(({ id, partition }) => ({ topic, partition, offset: BigInt(this.nextOffsetRows(id)[0]![0]) }));
  }

  /** Another process may have added partitions. */
  forgetTopics(): void {
    this.topics.clear();
  }
}

/** Kafka writes "no limit" as -1. */
function limitOf(spec: TopicSpec, name: string): number | null {
  const text = spec.config?.[name];
  if (text === undefined || text === "-1") return null;
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new AppError("bad_input", `topic \`${spec.name}\`: \`${name}\` is \`${text}\`, expected a whole number, or -1 for no limit`);
  }
  return limit;
}
