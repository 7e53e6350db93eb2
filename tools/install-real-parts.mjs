#!/usr/bin/env node
/**
 * Gets the real servers of the cluster profile onto this machine, without Docker: Redis from the system's packages,
 * Kafka and the schema registry through Maven into `.cache/`, beside promtool out of Debian's package. Does only what is
 * missing; safe to run twice at once.
 */
import { mkdirSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { makeClassArchives } from "../deploy/local/install/class-archives.mjs";
import { withLock } from "../deploy/local/install/lock.mjs";
import { installPart, isInstalled, parts, recipeKey, run } from "../deploy/local/install/parts.mjs";
import { promtoolPart } from "../deploy/local/install/promtool.mjs";
import { canInstallRedis, installRedis } from "../deploy/local/install/redis.mjs";

const NODE_MAJOR_MIN = 20;
const JAVA_MAJOR_MIN = 17;
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const cache = path.join(root, ".cache");
const local = path.join(root, "deploy", "local");
const say = (line) => console.log(`real parts: ${line}`);

async function main() {
  mkdirSync(cache, { recursive: true });
  if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR_MIN) {
    throw new Missing([`Node.js ${NODE_MAJOR_MIN} or later (this is ${process.versions.node})`]);
  }
  const java = await versionOf("java", ["-version"]);
  const missing = [...wrongJava(java), ...((await versionOf("mvn", ["-v"])) ? [] : ["Maven 3 (Debian: maven)"])];
  const redisVersion = await versionOf("redis-server", ["--version"]);
  if (!redisVersion && !canInstallRedis()) missing.push("Redis 7 (Debian: redis-server; Homebrew: redis)");
  if (missing.length > 0) throw new Missing(missing);

  const lockFile = path.join(cache, "install.lock");
  await withLock(lockFile, () => installAll(java), { onWait: () => say("another install is running, waiting for it") });
  say("all there");
}

async function installAll(java) {
  if (!(await versionOf("redis-server", ["--version"]))) {
    say("installing redis-server (apt-get)");
    await installRedis();
    if (!(await versionOf("redis-server", ["--version"]))) throw new Missing(["Redis 7 (apt-get did not bring it)"]);
  }
  const wanted = parts({ local });
  for (const part of wanted) {
    if (isInstalled(cache, part)) continue;
    say(`fetching ${part.name} (Maven)`);
    const startedAt = performance.now();
    await installPart(cache, part);
    say(`${part.name} is in .cache/${part.name} (${seconds(startedAt)})`);
  }
  await fetchPromtool();
  await archiveClasses(wanted, java);
}

/** Nothing that runs needs it, only the tests of the alert rules do: they fail where it is missing, and say so. */
async function fetchPromtool() {
  const part = promtoolPart({ local });
  if (isInstalled(cache, part) || (await versionOf("promtool", ["--version"]))) return;
  say("fetching promtool (Debian's package prometheus)");
  const startedAt = performance.now();
  try {
    await installPart(cache, part);
    say(`promtool is in .cache/promtool (${seconds(startedAt)})`);
  } catch (error) {
    say(`no promtool, the tests of the alert rules will fail: ${error.message}`);
  }
}

/** Once per set of jars, JVM and options. Without the archives everything works, only slower: no reason to fail. */
async function archiveClasses(wanted, java) {
  const options = ["kafka", "registry"].map((name) => readFileSync(path.join(local, name, "jvm.options"), "utf8"));
  const key = createHash("sha256")
    .update([java, ...wanted.map(recipeKey), ...options].join("\0"))
    .digest("hex");
  const record = path.join(cache, "class-archives.json");
  if (existsSync(record) && JSON.parse(readFileSync(record, "utf8")).key === key) return;
  const [kafka, apicurio] = wanted.map(({ name }) => path.join(cache, name));
  for (const folder of [kafka, apicurio]) rmSync(path.join(folder, "classes.jsa"), { force: true });
  say("starting Kafka and the registry once, to archive their classes for quicker starts");
  const startedAt = performance.now();
  try {
    await makeClassArchives({ kafka, apicurio, local });
    say(`classes archived (${seconds(startedAt)})`);
  } catch (error) {
    say(`no class archives, starts will take longer: ${error.message}`);
  }
  writeFileSync(record, `${JSON.stringify({ key })}\n`);
}

function wrongJava(version) {
  const major = Number(/version "(\d+)/.exec(version ?? "")?.[1] ?? 0);
  if (major >= JAVA_MAJOR_MIN) return [];
  const found = version ? ` (found ${version.split("\n")[0]})` : "";
  return [`Java ${JAVA_MAJOR_MIN} or later${found} (Debian: default-jre-headless)`];
}

/** What a program says of itself, undefined if it isn't there. */
const versionOf = (file, args) => run(file, args).catch(() => undefined);

const seconds = (startedAt) => `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;

class Missing extends Error {
  constructor(things) {
    super(`missing, and not to be installed by this script:\n${things.map((thing) => `  - ${thing}`).join("\n")}`);
  }
}

main().catch((error) => {
  console.error(`real parts: ${error.message}`);
  process.exit(1);
});
