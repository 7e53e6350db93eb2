import { readFileSync, readdirSync, statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import { AppError } from "@leverframe/kernel";
import type { PolicyFile } from "@leverframe/policy";

const YAML_FILE = /\.ya?ml$/;

/**
 * Every YAML file below the folder, sorted by path, which is relative to it. Hidden names are left out: editors keep
 * drafts and locks there, and a mounted Kubernetes volume its versions (its files are links, which are followed).
 */
export function readPolicyFiles(folder: string): PolicyFile[] {
  try {
    return policyPaths(readdirSync(folder, { recursive: true }) as string[])
      .filter((file) => statSync(path.join(folder, file), { throwIfNoEntry: false })?.isFile())
      .map((file) => ({ path: slashed(file), text: readFileSync(path.join(folder, file), "utf8") }));
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

/** The same without blocking whoever serves requests meanwhile. */
export async function readPolicyFilesLater(folder: string): Promise<PolicyFile[]> {
  const files = await listedFiles(folder);
  return Promise.all(files.map(async ({ file }) => ({ path: slashed(file), text: await readFile(path.join(folder, file), "utf8") })));
}

/**
 * Text that changes whenever a file of the folder is written, replaced, renamed, added or removed. Looking is all there
 * is to it: file events differ by system, get lost on network mounts, and follow a file that an editor has replaced.
 */
export async function fingerprintOf(folder: string): Promise<string> {
  const files = await listedFiles(folder);
  return files.map(({ file, of }) => `${file} ${of.ino} ${of.size} ${of.mtimeNs} ${of.ctimeNs}`).join("\n");
}

/** The operating system's name of who owns the file that was written last; `uid <number>` for users that are not ours. */
export async function lastWriter(folder: string): Promise<string> {
  const files = await listedFiles(folder);
  const [newest] = files.sort((a, b) => (a.of.mtimeNs > b.of.mtimeNs ? -1 : 1));
  const me = userInfo();
  const uid = Number(newest?.of.uid ?? me.uid);
  return uid === me.uid ? me.username : `uid ${uid}`;
}

async function listedFiles(folder: string) {
  try {
    const names = policyPaths(await readdir(folder, { recursive: true }));
    const found = await Promise.all(names.map(async (file) => ({ file, of: await stat(path.join(folder, file), { bigint: true }) })));
    return found.filter(({ of }) => of.isFile());
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

function policyPaths(names: readonly string[]): string[] {
  return names.filter((name) => YAML_FILE.test(name) && !name.split(path.sep).some((part) => part.startsWith("."))).sort();
}

const slashed = (file: string): string => file.replaceAll(path.sep, "/");

function unreadable(folder: string, cause: unknown): AppError {
  return new AppError("bad_config", `policies.dir: \`${folder}\` cannot be read, expected a folder of YAML files`, { cause });
}
