import { setTimeout as pause } from "node:timers/promises";
import type { LedgerStore } from "@leverframe/budget";
import { AppError } from "@leverframe/kernel";
import type { Log, PartitionOffset } from "@leverframe/log";

/** A broker tells nothing of a topic that was made a moment ago, or whose leader is being elected. */
const WAIT_MS_MAX = 60_000;
const PAUSE_MS = 500;

/**
 * Refuses to begin a new ledger where there was one: a store without entries beside a journal that has some has lost
 * its data, and every cap would be granted a second time. Throws `unavailable` until it is rebuilt, and when the log does
 * not tell in time whether there is a journal.
 *
 * @param sleep waits so many milliseconds; the pauses together are bounded, whatever a clock says.
 */
export async function refuseLostLedger(
  ledger: Pick<LedgerStore, "position">,
  log: Pick<Log, "endOffsets">,
  journalTopic: string,
  sleep: (ms: number) => Promise<unknown> = pause,
): Promise<void> {
  if ((await ledger.position()) > 0) return;
  const ends = await toldEnds(log, journalTopic, sleep);
  if (ends.every(({ offset }) => offset === 0n)) return;
  throw new AppError("unavailable", `the ledger's store is empty and its journal \`${journalTopic}\` is not: it lost its data; \`leverframe ledger rebuild\` brings it back`);
}

async function toldEnds(log: Pick<Log, "endOffsets">, topic: string, sleep: (ms: number) => Promise<unknown>): Promise<readonly PartitionOffset[]> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    let cause: unknown = null;
    try {
      const ends = await log.endOffsets(topic);
      // Without a partition nothing is told: an empty journal has partitions that are empty.
      if (ends.length > 0) return ends;
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !thrown.retryable) throw thrown;
      cause = thrown;
    }
    if (waitedMs >= WAIT_MS_MAX) {
      const why = cause instanceof AppError ? cause.message : "it names no partition";
      throw new AppError("unavailable", `the log does not tell within ${WAIT_MS_MAX / 1_000} s whether the journal \`${topic}\` is empty: ${why}`, { cause });
    }
    await sleep(PAUSE_MS);
  }
}
