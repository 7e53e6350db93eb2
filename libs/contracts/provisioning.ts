import { TopicNames } from "./topic-names";
import { recordBytesMaxOf, RECORD_BYTES_MAX, topicRow, TOPIC_NAMES } from "./topics";

/** What a log needs to create a topic; `config` holds Kafka's settings. */
export interface TopicProvision {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface ProvisionOptions {
  readonly names?: TopicNames;
  /** As for the codec, or records that it makes are refused. */
  readonly recordBytesMax?: number;
  /** Instead of the table's number, for every topic. */
  readonly partitions?: number;
}

/** Room for a record's key and headers and for its batch: Kafka's `max.message.bytes` counts a whole batch. */
const BATCH_OVERHEAD_BYTES = 64 * 1024;

export const SEGMENT_MS = 86_400_000;

/** Every topic of an installation with these applications; `default` is always among them. */
export function topicSpecs(applications: readonly string[], options: ProvisionOptions = {}): readonly TopicProvision[] {
  const { names = new TopicNames(), recordBytesMax = RECORD_BYTES_MAX } = options;
  return TOPIC_NAMES.flatMap((topic) => {
    const row = topicRow(topic);
    const config = {
      "cleanup.policy": row.cleanupPolicy,
      "retention.ms": String(row.retentionMs),
      // A segment goes as a whole once its newest record is old enough: its oldest one outlives the retention by what it spans.
      ...(row.aboutRequests ? { "segment.ms": String(SEGMENT_MS) } : {}),
      "max.message.bytes": String(recordBytesMaxOf(topic, recordBytesMax) + BATCH_OVERHEAD_BYTES),
      "message.timestamp.type": row.timestamp === "append" ? "LogAppendTime" : "CreateTime",
    };
    return names.all(topic, applications).map((name) => ({ name, partitions: options.partitions ?? row.partitions, config }));
  });
}
