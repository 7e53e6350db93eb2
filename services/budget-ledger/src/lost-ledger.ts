import type { LedgerStore } from "@leverframe/budget";
import { AppError } from "@leverframe/kernel";
import type { Log } from "@leverframe/log";

/**
 * Refuses to begin a new ledger where there was one: a store without entries beside a journal that has some has lost
 * its data, and every cap would be granted a second time. Throws `unavailable` until it is rebuilt.
 */
export async function refuseLostLedger(ledger: Pick<LedgerStore, "position">, log: Pick<Log, "endOffsets">, journalTopic: string): Promise<void> {
  if ((await ledger.position()) > 0) return;
  const ends = await log.endOffsets(journalTopic);
  if (ends.every(({ offset }) => offset === 0n)) return;
  throw new AppError("unavailable", `the ledger's store is empty and its journal \`${journalTopic}\` is not: it lost its data; \`leverframe ledger rebuild\` brings it back`);
}
