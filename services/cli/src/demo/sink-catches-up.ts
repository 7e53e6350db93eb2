import { setTimeout as sleep } from "node:timers/promises";
import type { Installation } from "../installation";

const POLL_MS = 50;

/** Waits until every decision that the log holds now is stored. False when that took longer than `waitMsMax`. */
export async function sinkCatchesUp({ log, names }: Pick<Installation, "log" | "names">, waitMsMax: number): Promise<boolean> {
  const topic = names.name("decisions");
  const groupId = names.consumerGroup("analytics-sink");
  const ends = (await log.endOffsets(topic)).filter(({ offset }) => offset > 0n);
  for (const giveUpAt = performance.now() + waitMsMax; performance.now() < giveUpAt; await sleep(POLL_MS)) {
    const committed = new Map((await log.committed(groupId, topic)).map(({ partition, offset }) => [partition, offset]));
    if (ends.every(({ partition, offset }) => (committed.get(partition) ?? 0n) >= offset)) return true;
  }
  return false;
}
