import { type EventCodec, headersOf, type Message, TOPICS, topicNameOf, type TopicNames } from "@leverframe/contracts";
import type { Log, OutgoingRecord } from "@leverframe/log";

/** Makes log records of messages. */
export class RecordMaker {
  readonly #codec: EventCodec;
  readonly #names: TopicNames;

  constructor(codec: EventCodec, names: TopicNames) {
    this.#codec = codec;
    this.#names = names;
  }

  recordOf(message: Message, traceparent?: string): OutgoingRecord {
    return {
      topic: topicNameOf(message, this.#names),
      key: Buffer.from(message.key),
      value: message.encoded ?? this.#codec.encode(TOPICS[message.topic].schema, message.event),
      headers: headersOf(message, traceparent),
    };
  }
}

/** Publishes outside of a handler: an outbox's relay, a client. Stages return their messages instead. */
export class Publisher {
  readonly #log: Log;
  readonly #maker: RecordMaker;

  constructor(log: Log, maker: RecordMaker) {
    this.#log = log;
    this.#maker = maker;
  }

  /** Resolves when every message is durable; all or an error (then some may have been published). */
  async publish(messages: readonly Message[], traceparent?: string): Promise<void> {
    if (messages.length === 0) return;
    await this.#log.append(messages.map((message) => this.#maker.recordOf(message, traceparent)));
  }
}
