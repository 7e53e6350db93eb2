import type { Log, LogConsumer, LogRecord, TopicPartition } from "../log";

/** A consumer that keeps everything it is told, for a test to look at. */
export class Member {
  readonly records: LogRecord[] = [];
  readonly epochs: number[] = [];
  readonly crashes: Error[] = [];
  assigned: readonly TopicPartition[] = [];
  epoch = 0;
  consumer!: LogConsumer;

  static async join(log: Log, groupId: string, topics: readonly string[]): Promise<Member> {
    const member = new Member();
    member.consumer = await log.consume({
      groupId,
      topics,
      onRecords: (records, epoch) => {
        member.records.push(...records);
        member.epochs.push(epoch);
      },
      onAssigned: (partitions, epoch) => {
        member.assigned = partitions;
        member.epoch = epoch;
      },
      onCrash: (error) => member.crashes.push(error),
    });
    return member;
  }

  texts(): string[] {
    return this.records.map(({ value }) => textOf(value));
  }
}

export function textOf(bytes: Uint8Array | null): string {
  return bytes === null ? "null" : Buffer.from(bytes).toString();
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

/** `count` records `prefix0`, `prefix1`, …, each with its own key. */
export function numbered(topic: string, count: number, prefix = ""): { topic: string; key: Uint8Array; value: Uint8Array }[] {
  return Array.from({ length: count }, (_, index) => ({ topic, key: bytesOf(`k${index}`), value: bytesOf(`${prefix}${index}`) }));
}
