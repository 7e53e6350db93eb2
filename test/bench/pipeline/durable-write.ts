import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { median } from "../statistics";

/** Reserve, begin, finish and keeping the answer: each is on the disk before the next step of a request may start. */
export const DURABLE_STEPS = 4;

const PER_SECOND = 50;

/** Median milliseconds for as many bare writes, one after the other, to a Redis that syncs each (`appendfsync always`). */
export async function durableStepsP50Ms(url: string, seconds: number): Promise<number> {
  const redis = new Redis(url);
  const value = Buffer.alloc(512);
  const latenciesMs: number[] = [];
  try {
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      const startedAt = performance.now();
      for (let step = 0; step < DURABLE_STEPS; step++) await redis.set("bench:durable", value);
      latenciesMs.push(performance.now() - startedAt);
      await sleep(Math.max(0, startedAt + 1_000 / PER_SECOND - performance.now()));
    }
    await redis.del("bench:durable");
  } finally {
    redis.disconnect();
  }
  return median(latenciesMs);
}
