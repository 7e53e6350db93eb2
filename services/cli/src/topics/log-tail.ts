import type { Log, LogRecord, PartitionOffset } from "@leverframe/log";

export interface TailOptions {
  readonly log: Log;
  readonly topics: readonly string[];
  /** A group of one member, used once. */
  readonly groupId: string;
  /** `now`: only what is appended after `openTail` was called. */
  readonly from: "start" | "now";
  onRecord(record: LogRecord): void;
  onCrash(error: Error): void;
}

export interface Tail {
  close(): Promise<void>;
}

/**
 * Follows topics. The log has no seek, so a tail from now first commits the present ends under its group and then
 * joins again; a record that came in between is after those ends, so none is missed.
 */
export async function openTail({ log, topics, groupId, from, onRecord, onCrash }: TailOptions): Promise<Tail> {
  if (from === "now") {
    const ends = (await Promise.all(topics.map((topic) => log.endOffsets(topic)))).flat();
    if (ends.some(({ offset }) => offset > 0n)) await commitAs(log, groupId, topics, ends);
  }
  return log.consume({
    groupId,
    topics,
    onRecords: (records) => records.forEach(onRecord),
    onAssigned: () => undefined,
    onCrash,
  });
}

/** Moves the group to these offsets. */
export async function commitAs(log: Log, groupId: string, topics: readonly string[], offsets: readonly PartitionOffset[]): Promise<void> {
  const assigned = Promise.withResolvers<number>();
  const consumer = await log.consume({
    groupId,
    topics,
    onRecords: () => undefined,
    onAssigned: (_partitions, epoch) => assigned.resolve(epoch),
    onCrash: assigned.reject,
  });
  try {
    await consumer.commit(offsets, await assigned.promise);
  } finally {
    await consumer.close();
  }
}
