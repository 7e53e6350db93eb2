import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EngineProcess } from "../engine-process";
import type { TestStore } from "./store";

/** A data folder of the embedded profile. */
export async function startEmbeddedStore(): Promise<TestStore> {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-analytics-"));
  const dir = path.join(folder, "analytics");
  // Held open, so that not every test starts the engine again.
  const holder = new EngineProcess(dir);
  await holder.url();
  return {
    address: () => ({ path: dir }),
    kill: () => killEngineOf(dir),
    recover: () => Promise.resolve(),
    stop: async () => {
      await holder.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Pid of the engine that serves the folder; null when none does. */
export async function enginePidOf(dir: string): Promise<number | null> {
  try {
    const { origin } = new URL(readFileSync(`${dir}.url`, "utf8").trim());
    const answer = await fetch(`${origin}/ping`);
    return Number(/leverframe-engine-(\d+)/.exec(answer.headers.get("x-clickhouse-server-display-name") ?? "")?.[1] ?? NaN) || null;
  } catch {
    return null;
  }
}

export async function killEngineOf(dir: string): Promise<void> {
  const pid = await enginePidOf(dir);
  if (pid === null) throw new Error(`no engine serves ${dir}`);
  process.kill(pid, "SIGKILL");
  await untilGone(pid);
}

export async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(10);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
