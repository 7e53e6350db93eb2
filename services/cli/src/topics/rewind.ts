import { AppError } from "@leverframe/kernel";
import type { Log, TopicPartition } from "@leverframe/log";

/**
 * Sets a consumer group back to the oldest record that its topics still hold, and returns how many records come again.
 * `unavailable` while somebody else is in the group: what that one commits would undo it.
 */
export async function rewind(log: Log, groupId: string, topics: readonly string[]): Promise<number> {
  const ends = (await Promise.all(topics.map((topic) => log.endOffsets(topic)))).flat();
  const before = (await Promise.all(topics.map((topic) => log.committed(groupId, topic)))).flat();
  const assigned = Promise.withResolvers<{ readonly partitions: readonly TopicPartition[]; readonly epoch: number }>();
  const consumer = await log.consume({
    groupId,
    topics,
    onRecords: () => undefined,
    onAssigned: (partitions, epoch) => assigned.resolve({ partitions, epoch }),
    onCrash: assigned.reject,
  });
  try {
    const { partitions, epoch } = await assigned.promise;
    if (partitions.length < ends.length) throw new AppError("unavailable", `group \`${groupId}\` is at work: stop every process that runs the stage, and try again`);
    await consumer.commit(partitions.map((partition) => ({ ...partition, offset: 0n })), epoch);
  } finally {
    await consumer.close();
  }
  return before.reduce((sum, { offset }) => sum + Number(offset), 0);
}
