import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CHECK_NAMES } from "@leverframe/evaluation";
import { sha256, systemClock } from "@leverframe/nest";
import { checkInWorker, folderPlace, WatchedPolicy } from "@leverframe/policy-source";
import { ROOT } from "../../support/installation";
import type { BenchOptions, Report } from "../benchmark";

const RELOADS = 5;
const WORKER_FILE = path.join(ROOT, "dist", "policy-check", "main.js");

/**
 * What a change of the shipped set takes from reading to swap: a cold thread that compiles, runs cases and proofs and
 * compares it with the set in force, then the compilation in the serving thread, whose stall is measured apart.
 */
export async function measureReload({ progress }: BenchOptions): Promise<Report> {
  if (!existsSync(WORKER_FILE)) throw new Error(`\`${WORKER_FILE}\` is not built, expected it from \`npm run build\``);
  progress("policy: reload of the shipped set");
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-bench-"));
  try {
    cpSync(path.join(ROOT, "policies"), folder, { recursive: true });
    const policy = await WatchedPolicy.open({
      place: folderPlace(folder),
      check: checkInWorker(WORKER_FILE),
      clock: systemClock,
      watchMs: 0,
      onError: (error) => {
        throw error;
      },
      digest: sha256,
      checkNames: CHECK_NAMES,
    });
    const times: number[] = [];
    const stalls: number[] = [];
    for (let reload = 0; reload < RELOADS; reload++) {
      writeFileSync(path.join(folder, "rules", "bench.yaml"), `rules:\n  - { id: bench, owner: bench, oblige: { auditTags: [r${reload}] } }\n`);
      stalls.push(await longestStall(() => policy.look()));
      const { reloadSeconds, changes } = policy.status();
      if (changes !== reload + 1 || reloadSeconds === null) throw new Error("the changed set was refused");
      times.push(reloadSeconds);
    }
    const metrics = { reload_seconds: Math.min(...times), reload_stall_ms: Math.min(...stalls) };
    const rows = [["reload_seconds", metrics.reload_seconds], ["reload_stall_ms", metrics.reload_stall_ms]] as const;
    return { tables: [{ title: "reload of the shipped policies", columns: ["what", "best"], rows, notes: ["stall: longest time that the serving thread was busy"] }], metrics };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Longest gap between two turns of the event loop while `during` runs, in milliseconds. */
async function longestStall(during: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setTimeout(turn, 1);
  };
  turn();
  await during();
  running = false;
  return longest;
}
