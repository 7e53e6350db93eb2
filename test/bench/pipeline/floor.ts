import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { openKafkaLog } from "@leverframe/log";
import { ROOT } from "../../support/installation";
import { type HopPlan } from "./hop";
import { LoadGenerator } from "./load-generator";

/** This program again, whoever runs this code: a program that does not know `--hop` would start floors of its own without end. */
const BENCH = path.join(ROOT, "dist", "bench", "main.js");
const READY_MS_MAX = 30_000;

export interface Floor {
  readonly pids: readonly number[];
  readonly generator: LoadGenerator;
  close(): Promise<void>;
}

/** As many bare hops as a layout has topics: one process between each two topics, the same generator at both ends. */
export async function startFloor(brokers: string, hops: number, partitions: number): Promise<Floor> {
  const run = randomUUID().slice(0, 8);
  const topics = Array.from({ length: hops }, (_, hop) => `floor.${run}.${hop}`);
  const log = openKafkaLog({ brokers: brokers.split(",") });
  await log.ensureTopics(topics.map((name) => ({ name, partitions })));
  const plans = topics.slice(1).map((to, hop): HopPlan => ({ brokers, groupId: `floor.${run}.${hop}`, from: topics[hop]!, to }));
  const children = plans.map(startHop);
  await Promise.all(children.map(ready));
  const value = Buffer.alloc(1_024, "x");
  const generator = await LoadGenerator.open(log, topics.at(-1)!, (key) => ({ topic: topics[0]!, key: Buffer.from(key), value }));
  const close = async () => {
    await generator.close();
    await Promise.all(children.map(ended));
  };
  return { pids: children.map(({ pid }) => pid ?? 0), generator, close };
}

function startHop(plan: HopPlan): ChildProcess {
  const args = ["--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning", BENCH, "--hop", JSON.stringify(plan)];
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
}

async function ready(child: ChildProcess): Promise<void> {
  const [said] = (await once(child.stdout!, "data", { signal: AbortSignal.timeout(READY_MS_MAX) })) as [Buffer];
  if (!said.toString().startsWith("ready")) throw new Error(`a bare hop said \`${said.toString().trim()}\`, expected \`ready\``);
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.stdin!.destroy();
  await gone;
}
