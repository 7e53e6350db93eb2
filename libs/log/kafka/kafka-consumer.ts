import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, ConsumerCrashEvent, EachBatchPayload, Kafka } from "kafkajs";
import type { ConsumerOptions, LogConsumer, LogRecord, PartitionOffset, TopicPartition } from "../log";
import { gapAfter } from "./fetch-gap";
import { StaleFetches } from "./stale-fetches";
import { CLIENT_RETRY } from "./kafka-client";
import { isFenced, isRefusedLogin, kafkaError } from "./kafka-errors";
import type { KafkaLogOptions } from "./kafka-options";
import { toLogRecord } from "./kafka-records";

/** Records handed over at once: after each such slice the consumer may have been paused. */
const SLICE_RECORDS = 256;
/** kafkajs runs the batches of a fetch one after the other unless it has workers; ours only enqueue, then wait for the pace together. */
const WORKERS = 16;
const REBUILD_MS = 1_000;
const CLOSE_MS_MAX = 10_000;

interface Inbox {
  readonly partition: TopicPartition;
  paused: boolean;
  /** Fetched and not handed over, because of a pause. */
  waiting: LogRecord[];
}

/** One member of a consumer group. `eachBatch` only enqueues; offsets are committed when told, never by kafkajs. */
export class KafkaConsumer implements LogConsumer {
  private consumer!: Consumer;
  private epoch = 0;
  private inboxes = new Map<string, Map<number, Inbox>>();
  private readonly staleFetches: StaleFetches;
  private fetchedAt = 0;
  /** Records that the last fetch brought, and the one under way. */
  private broughtBefore = 0;
  private brought = 0;
  private pace: Promise<void> | undefined;
  private closed = false;

  private constructor(
    private readonly kafka: Kafka,
    private readonly config: KafkaLogOptions,
    private readonly options: ConsumerOptions,
  ) {
    this.staleFetches = new StaleFetches(config.requestMsMax ?? 15_000);
  }

  static async join(kafka: Kafka, config: KafkaLogOptions, options: ConsumerOptions): Promise<KafkaConsumer> {
    const consumer = new KafkaConsumer(kafka, config, options);
    await consumer.run();
    return consumer;
  }

  pause(partitions: readonly TopicPartition[]): void {
    const inboxes = this.inboxesOf(partitions);
    for (const inbox of inboxes) inbox.paused = true;
    this.tellClient("pause", inboxes);
  }

  resume(partitions: readonly TopicPartition[]): void {
    const inboxes = this.inboxesOf(partitions);
    for (const inbox of inboxes) inbox.paused = false;
    const { epoch } = this;
    // What had been fetched comes first, and may fill the window again.
    setImmediate(() => {
      if (epoch !== this.epoch || this.closed) return;
      for (const inbox of inboxes) this.handOver(inbox);
      this.tellClient(
        "resume",
        inboxes.filter((inbox) => !inbox.paused),
      );
    });
  }

  async commit(offsets: readonly PartitionOffset[], epoch: number): Promise<void> {
    if (epoch !== this.epoch || offsets.length === 0 || this.closed) return;
    try {
      await this.consumer.commitOffsets(offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })));
    } catch (thrown) {
      if (!isFenced(thrown)) throw kafkaError(thrown, `commit for group \`${this.options.groupId}\``);
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    // A broker that is away can't be told goodbye; the session's end says it.
    const late = new AbortController();
    const leave = this.consumer.disconnect().catch(() => undefined);
    await Promise.race([leave, sleep(CLOSE_MS_MAX, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
  }

  private async run(): Promise<void> {
    const { groupId, topics } = this.options;
    const { sessionMs = 10_000, heartbeatMs = Math.floor(sessionMs / 10), fetchWaitMsMax = 100 } = this.config;
    const consumer = this.kafka.consumer({
      groupId,
      sessionTimeout: sessionMs,
      rebalanceTimeout: Math.max(15_000, sessionMs),
      heartbeatInterval: heartbeatMs,
      minBytes: 1,
      maxWaitTimeInMs: fetchWaitMsMax,
      maxBytesPerPartition: this.config.fetchPartitionBytesMax ?? 1 << 20,
      allowAutoTopicCreation: false,
      retry: CLIENT_RETRY,
    });
    this.consumer = consumer;
    const { GROUP_JOIN, CRASH, FETCH_START } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.onJoin(payload.memberAssignment));
    consumer.on(CRASH, (event) => void this.onCrash(consumer, event));
    consumer.on(FETCH_START, ({ payload }) => {
      this.fetchedAt = performance.now();
      this.broughtBefore = this.brought;
      this.brought = 0;
      this.staleFetches.started(payload.nodeId);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: WORKERS,
        eachBatch: (payload) => this.onBatch(payload),
      });
    } catch (thrown) {
      await consumer.disconnect().catch(() => undefined);
      throw kafkaError(thrown, `join group \`${groupId}\``);
    }
  }

  private onJoin(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    this.epoch++;
    this.staleFetches.rejoined();
    const before = this.inboxes;
    this.inboxes = new Map();
    const assigned: TopicPartition[] = [];
    for (const [topic, numbers] of Object.entries(memberAssignment)) {
      const byNumber = new Map<number, Inbox>();
      for (const number of numbers) {
        const partition = { topic, partition: number };
        assigned.push(partition);
        byNumber.set(number, { partition, paused: false, waiting: [] });
      }
      this.inboxes.set(topic, byNumber);
    }
    // The client keeps pauses through a rebalance; ours end with their epoch.
    this.tellClient("resume", [...before.values()].flatMap((byNumber) => [...byNumber.values()]));
    this.options.onAssigned(assigned, this.epoch);
  }

  private onBatch({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const inbox = this.inboxes.get(batch.topic)?.get(batch.partition);
    // Not resolved, so it is fetched again.
    if (inbox === undefined || this.closed || this.staleFetches.any) return Promise.resolve();
    const { topic, partition, messages } = batch;
    for (const message of messages) inbox.waiting.push(toLogRecord(topic, partition, message));
    this.brought += messages.length;
    resolveOffset(batch.lastOffset());
    this.handOver(inbox);
    return this.nextFetch();
  }

  private handOver(inbox: Inbox): void {
    const { epoch } = this;
    while (!inbox.paused && inbox.waiting.length > 0 && epoch === this.epoch) {
      const all = inbox.waiting;
      inbox.waiting = all.length > SLICE_RECORDS ? all.slice(SLICE_RECORDS) : [];
      this.options.onRecords(all.length > SLICE_RECORDS ? all.slice(0, SLICE_RECORDS) : all, epoch);
    }
  }

  /**
   * kafkajs fetches again when all batches of a fetch have ended: waiting here spaces the fetches, and delays no record that
   * is there.
   */
  private nextFetch(): Promise<void> {
    const wait = this.fetchedAt + gapAfter(this.broughtBefore, this.config) - performance.now();
    if (wait <= 0) return Promise.resolve();
    this.pace ??= sleep(wait).then(() => {
      this.pace = undefined;
    });
    return this.pace;
  }

  /** kafkajs restarts itself after what it deems temporary; the rest is rebuilt here, except a refused login. */
  private async onCrash(crashed: Consumer, { payload }: ConsumerCrashEvent): Promise<void> {
    if (payload.restart || this.closed || crashed !== this.consumer) return;
    if (isRefusedLogin(payload.error)) return this.options.onCrash(kafkaError(payload.error, `group \`${this.options.groupId}\``));
    while (!this.closed) {
      await sleep(REBUILD_MS);
      if (this.closed) return;
      try {
        await this.run();
        return;
      } catch (thrown) {
        if (isRefusedLogin(thrown)) return this.options.onCrash(kafkaError(thrown, `group \`${this.options.groupId}\``));
      }
    }
  }

  private inboxesOf(partitions: readonly TopicPartition[]): Inbox[] {
    return partitions.flatMap(({ topic, partition }) => this.inboxes.get(topic)?.get(partition) ?? []);
  }

  private tellClient(what: "pause" | "resume", inboxes: readonly Inbox[]): void {
    if (inboxes.length === 0) return;
    try {
      this.consumer[what](inboxes.map(({ partition: { topic, partition } }) => ({ topic, partitions: [partition] })));
    } catch {
      // Between a crash and its restart there is nothing to tell; the next assignment begins without pauses, and the
      // inboxes hold back what comes until then.
    }
  }
}
