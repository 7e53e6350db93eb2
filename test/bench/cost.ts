import { median } from "./statistics";

const ROUNDS = 15;

export interface Cost {
  /** User and system time of this process for one operation, microseconds: the median of several rounds. */
  readonly cpuMicros: number;
  readonly perSecond: number;
}

/** Runs `work`, which does `operations` of something, for about `seconds` in several rounds, after one to warm up. */
export async function costOf(operations: number, seconds: number, work: () => unknown): Promise<Cost> {
  await timed(operations, seconds / ROUNDS, work);
  const rounds: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await timed(operations, seconds / ROUNDS, work));
  return { cpuMicros: median(rounds.map((round) => round.cpuMicros)), perSecond: median(rounds.map((round) => round.perSecond)) };
}

async function timed(operations: number, seconds: number, work: () => unknown): Promise<Cost> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let done = 0;
  do {
    // What is synchronous must not pay for a turn of the event loop.
    const pending = work();
    if (pending instanceof Promise) await pending;
    done += operations;
  } while (performance.now() - startedAt < seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  return { cpuMicros: (user + system) / done, perSecond: (done * 1_000) / (performance.now() - startedAt) };
}
