import { existsSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { type PolicyCheck, type PolicyVerdict, checkPolicies } from "./check-policies";

/** Never rejects: a check that broke off is a problem of the set too. */
export type CheckPolicies = (check: PolicyCheck) => Promise<PolicyVerdict>;

const CHECK_MS_MAX = 60_000;
/** A policy folder is small; one that takes more than this to check is an attack or a mistake, and ends the worker alone. */
const HEAP_MB_MAX = 512;

/**
 * Checks in a thread of its own, one for each check: parsing, proofs, cases and comparison take no time from requests, and whatever
 * a set does to the checker (endless nesting, a fault of ours) ends with that thread.
 */
export function checkInWorker(workerFile: string, msMax = CHECK_MS_MAX): CheckPolicies {
  return (check) =>
    new Promise((resolve) => {
      const worker = new Worker(workerFile, { workerData: check, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX } });
      const end = (verdict: PolicyVerdict) => {
        clearTimeout(timer);
        resolve(verdict);
        void worker.terminate();
      };
      const timer = setTimeout(() => end(broken(`did not end within ${msMax} ms`)), msMax);
      worker.once("message", end);
      worker.once("error", (error: Error) => end(broken(`broke off: ${error.message}`)));
      worker.once("exit", (code) => end(broken(`ended without a result (exit code ${code})`)));
    });
}

/** In the calling thread, which serves nothing else meanwhile. */
export const checkHere: CheckPolicies = (check) =>
  Promise.resolve()
    .then(() => checkPolicies(check))
    .catch((error: Error) => broken(`broke off: ${error.message}`));

const broken = (how: string): PolicyVerdict => ({ problems: [`the check ${how}`], behaviour: [] });

const WORKER_FILE = path.join("policy-check", "main.js");

/**
 * The worker beside the bundle that this code runs from (`dist/<name>/` or `dist/chunks/`). Null when it runs from its
 * sources, as in Jest: a thread cannot load TypeScript with this project's imports, so the check is made in the caller's.
 */
export function workerFileBeside(bundle = import.meta.filename): string | null {
  const file = path.join(path.dirname(path.dirname(bundle)), WORKER_FILE);
  return bundle.endsWith(".js") && existsSync(file) ? file : null;
}
