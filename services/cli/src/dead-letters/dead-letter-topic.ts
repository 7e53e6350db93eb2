import type { DeadLetter } from "@leverframe/events";
import type { LogRecord } from "@leverframe/log";
import { ephemeralGroup, type Installation } from "../installation";
import { commitAs } from "../topics/log-tail";
import { readToEnd } from "../topics/read-to-end";

export interface Redriven {
  readonly redriven: number;
  /** Dead letters that hold no bytes, because the record was too large for the dead-letter topic. */
  readonly lost: readonly DeadLetter[];
}

/** Visits every dead letter that the log keeps. */
export function forEachDeadLetter(installation: Installation, visit: (letter: DeadLetter) => void | Promise<void>): Promise<void> {
  return visitFrom(ephemeralGroup(installation.names, "dead-letters"), installation, visit);
}

/** Null when there is no dead letter of this id. One that was redriven before may be redriven again: what follows is idempotent. */
export async function redriveOne(installation: Installation, id: string): Promise<Redriven | null> {
  let found: Redriven | null = null;
  await forEachDeadLetter(installation, async (letter) => {
    if (letter.deadLetterId === id && found === null) found = await redrive(installation, letter);
  });
  return found;
}

/**
 * Redrives what came since the last time. The position is a group's committed offsets, moved only after everything was
 * appended: an interrupted run redrives some records twice, which is harmless, and none never.
 */
export async function redriveAll(installation: Installation): Promise<Redriven> {
  const { log, names } = installation;
  const groupId = `${names.prefix}leverframe.cli.redrive`;
  const topic = names.name("dead-letters");
  const ends = new Map<number, bigint>();
  const lost: DeadLetter[] = [];
  let redriven = 0;
  const visit = async (letter: DeadLetter, { partition, offset }: LogRecord): Promise<void> => {
    const one = await redrive(installation, letter);
    redriven += one.redriven;
    lost.push(...one.lost);
    ends.set(partition, offset + 1n);
  };
  await visitFrom(groupId, installation, visit);
  const offsets = [...ends].map(([partition, offset]) => ({ topic, partition, offset }));
  if (offsets.length > 0) await commitAs(log, groupId, [topic], offsets);
  return { redriven, lost };
}

async function redrive({ log }: Installation, letter: DeadLetter): Promise<Redriven> {
  const { topic, key, value, headers } = letter;
  // Kept without anything of the record: it was too large. An empty record has its headers at least.
  if (value === null && key === null && Object.keys(headers).length === 0) return { redriven: 0, lost: [letter] };
  await log.append([{ topic, key, value, headers }]);
  return { redriven: 1, lost: [] };
}

function visitFrom(groupId: string, { log, names, codec }: Installation, visit: (letter: DeadLetter, record: LogRecord) => void | Promise<void>): Promise<void> {
  return readToEnd({
    log,
    topic: names.name("dead-letters"),
    groupId,
    visit: async (record) => {
      if (record.value !== null) await visit(await codec.decode("dead-letter", record.value), record);
    },
  });
}
