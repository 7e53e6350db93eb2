/** The Java servers in `.cache/`: what each is made of, and how it gets there whole or not at all. */
import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brokerProperties, classpath } from "./class-archives.mjs";

const MARKER = "installed.json";
const MAVEN_WITHIN_MS = 15 * 60_000;

/** @param {{ local: string }} folders */
export const parts = ({ local }) => [
  {
    name: "kafka",
    recipe: ["kafka/pom.xml", "kafka/server.properties"].map((file) => path.join(local, file)),
    async fill(folder) {
      const pom = path.join(local, "kafka", "pom.xml");
      await maven(pom, "dependency:copy-dependencies", `-DoutputDirectory=${folder}/lib`, "-DincludeScope=runtime");
      await format(local, folder);
    },
  },
  {
    name: "apicurio",
    recipe: [path.join(local, "registry", "pom.xml")],
    async fill(folder) {
      await maven(path.join(local, "registry", "pom.xml"), "dependency:unpack", `-DoutputDirectory=${folder}`);
      // Maven's own marks, and what plain unpackers make of the archive's extended headers.
      for (const name of ["markers", "PaxHeaders.X"]) rmSync(path.join(folder, name), { recursive: true, force: true });
      if (!readdirSync(folder).some((name) => name.endsWith("-runner.jar")))
        throw new Error("the package has no runner");
    },
  },
];

export const recipeKey = ({ recipe }) =>
  createHash("sha256")
    .update(recipe.map((file) => readFileSync(file, "utf8")).join("\0"))
    .digest("hex");

export function isInstalled(cache, part) {
  const marker = path.join(cache, part.name, MARKER);
  return existsSync(marker) && JSON.parse(readFileSync(marker, "utf8")).key === recipeKey(part);
}

/** Fills a folder beside the final one and renames it: a reader sees the old part, none, or the new one complete. */
export async function installPart(cache, part) {
  const target = path.join(cache, part.name);
  const [fresh, old] = ["new", "old"].map((kind) => `${target}.${kind}-${process.pid}`);
  try {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    await part.fill(fresh);
    writeFileSync(path.join(fresh, MARKER), `${JSON.stringify({ key: recipeKey(part) })}\n`);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Formats a broker's data folder once; each start copies it, since nothing in it depends on ports or paths. */
async function format(local, folder) {
  const data = path.join(folder, "formatted");
  const properties = path.join(folder, "format.properties");
  writeFileSync(properties, brokerProperties({ local, data, brokerPort: 19_092, controllerPort: 19_093 }));
  const clusterId = Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url");
  const tool = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties];
  await run("java", ["-cp", classpath(folder), ...tool], { cwd: folder });
  rmSync(properties);
}

const maven = (pom, ...args) => run("mvn", ["-q", "-B", "-f", pom, ...args], { withinMs: MAVEN_WITHIN_MS });

/** Runs a command quietly; its output is in the error if it fails. */
export function run(file, args, { cwd, env, withinMs = 120_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    // Not spawn's own `timeout`: that of a program that is not there would keep this process waiting.
    const late = setTimeout(() => child.kill(), withinMs);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", (error) => {
      clearTimeout(late);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(late);
      if (code === 0) return resolve(output);
      reject(new Error(`\`${file} ${args[0]} …\` failed (${signal ?? code}):\n${output.trim().slice(-3_000)}`));
    });
  });
}
