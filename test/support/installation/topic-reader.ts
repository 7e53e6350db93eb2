import { randomUUID } from "node:crypto";
import type { Log, LogConsumer, LogRecord } from "@leverframe/log";

/** Everything that some topics hold, read from the beginning, and what comes later. */
export class TopicReader {
  /** In the order of arrival; a record read again after a rebalance stands once. */
  readonly records: LogRecord[] = [];
  private readonly seen = new Set<string>();
  private consumer: LogConsumer | null = null;
  private crash: Error | null = null;

  private constructor(private readonly onRecord: (record: LogRecord) => void) {}

  static async open(log: Log, topics: readonly string[], onRecord: (record: LogRecord) => void = () => undefined): Promise<TopicReader> {
    const reader = new TopicReader(onRecord);
    reader.consumer = await log.consume({
      groupId: `reader.${randomUUID()}`,
      topics,
      onRecords: (records) => records.forEach((record) => reader.take(record)),
      onAssigned: () => undefined,
      onCrash: (error) => (reader.crash = error),
    });
    return reader;
  }

  /** Throws what ended the reading, if something did. */
  check(): void {
    if (this.crash) throw this.crash;
  }

  async close(): Promise<void> {
    await this.consumer?.close();
  }

  private take(record: LogRecord): void {
    const place = `${record.topic}.${record.partition}.${record.offset}`;
    if (this.seen.has(place)) return;
    this.seen.add(place);
    this.records.push(record);
    this.onRecord(record);
  }
}
