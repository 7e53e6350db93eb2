import type { IHeaders, KafkaMessage, Message, TopicMessages } from "kafkajs";
import type { LogRecord, OutgoingRecord } from "../log";
import { setHeader } from "../set-header";

type Headers = LogRecord["headers"];

const NO_HEADERS: Headers = Object.freeze({});
const NO_BYTES = new Uint8Array(0);

/** kafkajs turns anything that is not a Buffer into text, so bytes must be one; this only wraps them. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function toTopicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of records) {
    const message: Message = { key: key === null ? null : bufferOf(key), value: value === null ? null : bufferOf(value) };
    if (headers !== undefined) message.headers = toKafkaHeaders(headers);
    const messages = byTopic.get(topic);
    if (messages === undefined) byTopic.set(topic, [message]);
    else messages.push(message);
  }
  return Array.from(byTopic, ([topic, messages]) => ({ topic, messages }));
}

function toKafkaHeaders(headers: Headers): IHeaders {
  const result: Record<string, Buffer> = {};
  for (const name in headers) setHeader(result, name, bufferOf(headers[name]!));
  return result;
}

/** Kafka's time is in milliseconds. Of a header that is there more than once, the last counts. */
export function toLogRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestampMicros: Number(message.timestamp) * 1_000,
    key: message.key,
    value: message.value,
    headers: toHeaders(message.headers),
  };
}

function toHeaders(headers: IHeaders | undefined): Headers {
  let result: Record<string, Uint8Array> | undefined;
  for (const name in headers) {
    const given = headers[name];
    const value = Array.isArray(given) ? given.at(-1) : given;
    result ??= {};
    setHeader(result, name, value === undefined || value === null ? NO_BYTES : typeof value === "string" ? Buffer.from(value) : value);
  }
  return result ?? NO_HEADERS;
}
