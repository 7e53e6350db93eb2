import { mkdirSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Today's `check-worker.ts` as the build makes it: a thread cannot load TypeScript with this project's imports. */
export async function bundledWorker(): Promise<string> {
  // Below the root, so that packages are found.
  mkdirSync(path.join(ROOT, ".cache"), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, ".cache", "policy-check-"));
  const outfile = path.join(folder, "main.mjs");
  await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join(ROOT, "libs/policy-source/check-worker.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    packages: "external",
    tsconfig: "tsconfig.base.json",
    logLevel: "warning",
  });
  return outfile;
}
