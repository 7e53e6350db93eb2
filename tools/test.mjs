/**
 * `npm test`: installs what is missing (packages, Redis, the JVM parts), then generates, builds, lints, checks types and
 * runs every test. `npm test -- <path…>` passes paths or flags on to Jest and leaves the static checks out.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureInstalled } from "./ensure-installed.mjs";

const root = path.resolve(import.meta.dirname, "..");
const summaryFile = path.join(root, ".cache", `jest-${process.pid}.json`);
const jestArguments = process.argv.slice(2);

function step(title, command, args, { tolerate = false } = {}) {
  const started = Date.now();
  console.log(`\n▸ ${title}`);
  const { status, signal } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: false });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (status === 0) return console.log(`  ${title}: done in ${seconds} s`);
  console.error(`  ${title}: failed after ${seconds} s (${signal ?? `exit ${status}`})`);
  if (!tolerate) process.exit(status ?? 1);
  process.exitCode = 1;
}

await ensureInstalled();
step("real parts: Kafka, schema registry, Redis", process.execPath, ["tools/install-real-parts.mjs"]);
step("generate and build", "npm", ["run", "-s", "build"]);
if (jestArguments.length === 0) {
  step("walls and lint", "npm", ["run", "-s", "lint"]);
  step("types", "npm", ["run", "-s", "typecheck"]);
}
step("tests", "npm", ["run", "-s", "jest", "--", "--json", `--outputFile=${summaryFile}`, ...jestArguments], { tolerate: true });

const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(summaryFile, "utf8"));
rmSync(summaryFile, { force: true });
// A suite that could not be loaded has no failed test of its own, yet it is a failure.
console.log(`\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} skipped`);
