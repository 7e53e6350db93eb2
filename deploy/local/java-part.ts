import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "./root";

/** The folder that `tools/install-real-parts.mjs` filled for one of the Java servers. */
export function installedPart(name: "kafka" | "apicurio"): string {
  const folder = path.join(repositoryRoot(), ".cache", name);
  if (!existsSync(path.join(folder, "installed.json"))) {
    throw new Error(`${name} is not installed: run \`node tools/install-real-parts.mjs\` first`);
  }
  return folder;
}

/**
 * The class-data archive halves a JVM's start. A JVM that finds it unsuitable (another build of Java, changed jars)
 * ignores it, so it is only ever a gain.
 */
export function archiveOption(part: string): string[] {
  return existsSync(path.join(part, "classes.jsa")) ? ["-XX:SharedArchiveFile=classes.jsa"] : [];
}

/** Sorted and relative to the part's folder: the archive is valid only for the classpath it was made with. */
export function classpath(part: string): string {
  const jars = readdirSync(path.join(part, "lib")).filter((name) => name.endsWith(".jar"));
  return jars
    .sort()
    .map((name) => `lib/${name}`)
    .join(path.delimiter);
}

/** The installer's formatted broker folder, copied in place of a `StorageTool format` run per start. */
export const formattedBroker = (): string => path.join(installedPart("kafka"), "formatted");
