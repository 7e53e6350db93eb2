import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@leverframe/kernel";
import type { Admin, Kafka, Producer } from "kafkajs";
import type { ConsumerOptions, Log, LogConsumer, OutgoingRecord, PartitionOffset, TopicSpec } from "../log";
import { partitionOf } from "../partitioner";
import { ProduceBatcher } from "../produce-batcher";
import { checkTopicSpec } from "../topic-spec";
import { CLIENT_RETRY, kafkaClient } from "./kafka-client";
import { KafkaConsumer } from "./kafka-consumer";
import { kafkaError } from "./kafka-errors";
import type { KafkaLogOptions } from "./kafka-options";
import { toTopicMessages } from "./kafka-records";

/**
 * A request's records of one partition travel as one batch, which the broker refuses above max.message.bytes (1 MiB by
 * default); and kafkajs groups a request's records in quadratic time.
 */
const REQUEST_BYTES_MAX = 512 << 10;
const REQUEST_RECORDS_MAX = 500;
const LEADER_TRIES_MAX = 50;
const LEADER_POLL_MS = 100;

export function openKafkaLog(options: KafkaLogOptions): Log {
  return new KafkaLog(options);
}

/**
 * Apache Kafka through kafkajs. Connections are made when first needed.
 *
 * The producer waits for all in-sync replicas and is not idempotent: an acknowledgement that was lost leads to a second
 * copy, which at-least-once consumers tell by its event id anyway; kafkajs's idempotence would need endless retries and
 * breaks its own sequence numbers when a batch fails. Order survives retries because one request is under way at a time.
 */
export class KafkaLog implements Log {
  private readonly kafka: Kafka;
  private readonly batcher: ProduceBatcher;
  private readonly consumers = new Set<KafkaConsumer>();
  private readonly knownTopics = new Set<string>();
  private producer: Promise<Producer> | undefined;
  private admin: Promise<Admin> | undefined;
  private closed = false;

  constructor(private readonly options: KafkaLogOptions) {
    this.kafka = kafkaClient(options);
    this.batcher = new ProduceBatcher({
      send: (records) => this.send(records),
      batchRecordsMax: REQUEST_RECORDS_MAX,
      batchBytesMax: REQUEST_BYTES_MAX,
      waitingRecordsMax: 100_000,
    });
  }

  append(records: readonly OutgoingRecord[]): Promise<void> {
    return this.batcher.append(records);
  }

  async consume(options: ConsumerOptions): Promise<LogConsumer> {
    this.refuseIfClosed();
    const consumer = await KafkaConsumer.join(this.kafka, this.options, options);
    this.consumers.add(consumer);
    return consumer;
  }

  /** Settings count at creation. Times are the broker's (LogAppendTime) unless a topic says otherwise: a client could claim any. */
  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    topics.forEach(checkTopicSpec);
    await this.withAdmin("make topics", async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = topics.filter(({ name }) => !existing.has(name));
      if (missing.length > 0) {
        await admin.createTopics({
          waitForLeaders: true,
          topics: missing.map(({ name, partitions, config }) => ({
            topic: name,
            numPartitions: partitions,
            configEntries: Object.entries({ "message.timestamp.type": "LogAppendTime", ...config }).map(([key, value]) => ({ name: key, value })),
          })),
        });
      }
      const present = topics.filter(({ name }) => existing.has(name));
      if (present.length === 0) return;
      const { topics: found } = await admin.fetchTopicMetadata({ topics: present.map(({ name }) => name) });
      const sizes = new Map(found.map(({ name, partitions }) => [name, partitions.length]));
      const small = present.filter(({ name, partitions }) => (sizes.get(name) ?? partitions) < partitions);
      if (small.length === 0) return;
      await admin.createPartitions({ topicPartitions: small.map(({ name, partitions }) => ({ topic: name, count: partitions })) });
      for (const { name } of small) await served(admin, name);
    });
  }

  endOffsets(topic: string): Promise<readonly PartitionOffset[]> {
    return this.withAdmin(`end offsets of \`${topic}\``, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.map(({ partition, high }) => ({ topic, partition, offset: BigInt(high) })).sort(byPartition);
    });
  }

  committed(groupId: string, topic: string): Promise<readonly PartitionOffset[]> {
    return this.withAdmin(`committed offsets of group \`${groupId}\``, async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const partitions = (found?.partitions ?? []).filter(({ offset }) => offset !== "-1");
      return partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })).sort(byPartition);
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all([this.batcher.close(), ...[...this.consumers].map((consumer) => consumer.close())]);
    const clients = await Promise.allSettled([this.producer, this.admin]);
    await Promise.allSettled(clients.map((client) => (client.status === "fulfilled" ? client.value?.disconnect() : undefined)));
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    try {
      this.producer ??= this.connectProducer();
      const producer = await this.producer;
      await this.refuseUnknownTopics(records);
      for (const request of requestsOf(records)) await producer.sendBatch({ acks: -1, topicMessages: toTopicMessages(request) });
    } catch (thrown) {
      throw kafkaError(thrown, "append");
    }
  }

  private async connectProducer(): Promise<Producer> {
    const producer = this.kafka.producer({
      allowAutoTopicCreation: false,
      retry: CLIENT_RETRY,
      createPartitioner: () => {
        let unkeyed = 0;
        return ({ partitionMetadata, message: { key } }) =>
          key ? partitionOf(key as Buffer, partitionMetadata.length) : unkeyed++ % partitionMetadata.length;
      },
    });
    try {
      await producer.connect();
      return producer;
    } catch (thrown) {
      this.producer = undefined;
      throw thrown;
    }
  }

  /** Asked once for each topic: kafkajs itself would try for seconds, and everybody else's records with it. */
  private async refuseUnknownTopics(records: readonly OutgoingRecord[]): Promise<void> {
    for (const { topic } of records) {
      if (this.knownTopics.has(topic)) continue;
      const names = await this.withAdmin("list topics", (admin) => admin.listTopics());
      if (!names.includes(topic)) throw new AppError("bad_config", `topic \`${topic}\` does not exist`, { retryable: true });
      this.knownTopics.add(topic);
    }
  }

  private async withAdmin<T>(doing: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    this.admin ??= this.connectAdmin();
    try {
      return await work(await this.admin);
    } catch (thrown) {
      throw kafkaError(thrown, doing);
    }
  }

  private async connectAdmin(): Promise<Admin> {
    this.refuseIfClosed();
    const admin = this.kafka.admin({ retry: CLIENT_RETRY });
    try {
      await admin.connect();
      return admin;
    } catch (thrown) {
      this.admin = undefined;
      throw thrown;
    }
  }

  private refuseIfClosed(): void {
    if (this.closed) throw new AppError("unavailable", "the log is closed");
  }
}

/** In order; only a record that is larger by itself exceeds the bytes of a request. */
function* requestsOf(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let from = 0;
  let bytes = 0;
  for (let index = 0; index < records.length; index++) {
    const size = (records[index]!.key?.length ?? 0) + (records[index]!.value?.length ?? 0);
    if (index > from && (bytes + size > REQUEST_BYTES_MAX || index - from >= REQUEST_RECORDS_MAX)) {
      yield records.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  yield from === 0 ? records : records.slice(from);
}

/** A broker takes a moment to lead a new partition, and refuses what concerns it until then. */
async function served(admin: Admin, topic: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (thrown) {
      if (tries === LEADER_TRIES_MAX) throw thrown;
      await sleep(LEADER_POLL_MS);
    }
  }
}

function byPartition(one: PartitionOffset, other: PartitionOffset): number {
  return one.partition - other.partition;
}
