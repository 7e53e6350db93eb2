import path from "node:path";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnTethered } from "../../../deploy/local";
import { ROOT } from "../../support/installation";

const READY_MS_MAX = 20_000;

/** The provider simulator in a process of its own, so that its CPU can be told from the services'. */
export async function startSimulatorProcess(logFile: string) {
  const child = spawnTethered({ file: process.execPath, args: [path.join(ROOT, "dist", "simulator", "main.js")], cwd: ROOT }, logFile);
  const deadline = Date.now() + READY_MS_MAX;
  for (;;) {
    const url = /listening on (\S+)/.exec(readFileSync(logFile, "utf8"))?.[1];
    if (url) return { url, pid: child.pid ?? 0, stop: () => stop(child) };
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`the simulator did not start:\n${readFileSync(logFile, "utf8")}`);
    await sleep(50);
  }
}

export async function withSimulator<T>(work: (simulator: Awaited<ReturnType<typeof startSimulatorProcess>>) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(path.join(tmpdir(), "leverframe-bench-"));
  const simulator = await startSimulatorProcess(path.join(dir, "simulator.log"));
  try {
    return await work(simulator);
  } finally {
    await simulator.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function stop(child: ReturnType<typeof spawnTethered>): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}
