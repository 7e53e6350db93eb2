/** Installs the packages of the lockfile when they are missing or the lockfile has changed since. Needs Node ≥ 20 and npm, nothing else. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

/** Inside node_modules, so that removing that folder removes it too. */
const STAMP = path.join(root, "node_modules", ".leverframe-installed");
const NODE_MAJOR_MIN = 20;

const lockDigest = () => createHash("sha256").update(readFileSync(path.join(root, "package-lock.json"))).digest("hex");

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8").trim() === lockDigest() && existsSync(node24());
}

/** `npm ci` empties node_modules first; through a link it would empty somebody else's. */
const isLinked = () => lstatSync(path.join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** The Node of the project (24), which npm installs as a package. */
export function node24() {
  return path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** The environment of a child that runs on the project's Node. */
export function projectEnv() {
  return { ...process.env, PATH: `${path.join(root, "node_modules", ".bin")}${path.delimiter}${process.env.PATH ?? ""}` };
}

/**
 * Runs `npm ci` if need be. Ends the process with what to do when it fails.
 * @param {(line: string) => void} say
 */
export function ensureInstalled(say = console.log) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < NODE_MAJOR_MIN) fail(`Node ${process.versions.node} is too old: Node ${NODE_MAJOR_MIN} or newer is needed (https://nodejs.org).`);
  if (isInstalled()) return;
  if (isLinked()) {
    if (!existsSync(node24())) fail("node_modules is a link to a folder without the project's packages. Run `npm ci` where it points to, or remove the link and run this again.");
    return say("node_modules is a link, and may not fit package-lock.json: it is used as it is. `npm ci` where it points to brings it up to date.");
  }
  say("Installing packages (npm ci); the first time this takes a minute or two …");
  const started = Date.now();
  // npm's own output is kept for the case that it fails.
  const { status, error, stdout, stderr } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
    if (`${stderr}`.includes("EUSAGE")) fail("package-lock.json does not fit package.json: run `npm install`, then `node tools/complete-lockfile.mjs`.");
    fail(`npm ci failed${error ? ` (${error.message})` : ""}. Check the connection to the package registry (npm config get registry) and free disk space, then run this again.`);
  }
  if (!existsSync(node24())) {
    fail("npm ci did not install the project's own Node (package `node`). Are install scripts switched off (npm config get ignore-scripts)? Switch them on and run this again.");
  }
  writeFileSync(STAMP, `${lockDigest()}\n`);
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** @returns {never} */
export function fail(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}
