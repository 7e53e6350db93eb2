import { setTimeout as sleep } from "node:timers/promises";
import { type EventCodec, type EventOf, type TopicName, type TopicNames, TOPICS } from "@leverframe/contracts";
import { type Stage, toAppError } from "@leverframe/kernel";
import type { Log, LogConsumer, LogRecord } from "@leverframe/log";
import type { Logger } from "../logging";
import { uuidv7 } from "../platform";
import { deadLetterOf } from "./dead-letter";
import { RecordMaker } from "./publisher";

export interface BroadcastParts {
  readonly log: Log;
  readonly codec: EventCodec;
  readonly names: TopicNames;
  readonly applications: readonly string[];
  readonly logger: Logger;
}

export interface Broadcast {
  close(): Promise<void>;
}

const REOPEN_MS = 1_000;

/**
 * Hands every record of a topic to this process, whatever other processes read, from the topic's beginning at each start:
 * for topics of the table that are marked `everyProcess`. Nothing is committed, so what is handed over must bear being
 * handed over again. A consumer that cannot go on, or a topic that is not there yet, is tried again and again. What
 * cannot be read goes to the dead letters, once for each id, and is passed over.
 */
export function broadcast<T extends TopicName>(
  topic: T,
  stage: Stage,
  parts: BroadcastParts,
  onEvent: (event: EventOf<T>, application: string) => void,
): Broadcast {
  const ended = new AbortController();
  const reader = new BroadcastReader(topic, stage, parts, onEvent as (event: EventOf<TopicName>, application: string) => void);
  const reading = reader.read(ended.signal);
  return {
    async close() {
      ended.abort();
      await reading;
    },
  };
}

class BroadcastReader {
  private readonly groupId: string;
  private readonly topics: readonly string[];

  constructor(
    private readonly topic: TopicName,
    private readonly stage: Stage,
    private readonly parts: BroadcastParts,
    private readonly onEvent: (event: EventOf<TopicName>, application: string) => void,
  ) {
    this.groupId = parts.names.processGroup(stage, uuidv7());
    this.topics = parts.names.all(topic, parts.applications);
  }

  async read(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.readUntilCrash(signal);
      } catch (err) {
        this.parts.logger.warn({ err, topic: this.topic }, "a topic cannot be followed; it is tried again");
        await sleep(REOPEN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async readUntilCrash(signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>();
    const onAbort = (): void => over.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    let consumer: LogConsumer | null = null;
    try {
      consumer = await this.parts.log.consume({
        groupId: this.groupId,
        topics: this.topics,
        onRecords: (records) => records.forEach((record) => void this.hand(record)),
        onAssigned: () => undefined,
        onCrash: over.reject,
      });
      if (!signal.aborted) await over.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
      await consumer?.close();
    }
  }

  private async hand(record: LogRecord): Promise<void> {
    const { codec, names, logger } = this.parts;
    const address = names.parse(record.topic);
    if (record.value === null || address?.topic !== this.topic) return;
    try {
      const event = await codec.decode(TOPICS[this.topic].schema, record.value);
      this.onEvent(event as EventOf<TopicName>, address.application ?? "");
    } catch (thrown) {
      const error = toAppError(thrown);
      logger.warn({ err: error, topic: record.topic, offset: Number(record.offset) }, "a record cannot be read");
      const letter = deadLetterOf(record, this.stage, { error, tries: 1 }, new RecordMaker(codec, names));
      await this.parts.log.append([letter]).catch((err: unknown) => logger.warn({ err }, "a dead letter cannot be written"));
    }
  }
}
