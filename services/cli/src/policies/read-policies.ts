import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { CHECK_NAMES } from "@leverframe/evaluation";
import { sha256 } from "@leverframe/nest";
import { compilePolicySet, formatPolicyError, type PolicyFile, type PolicySet } from "@leverframe/policy";
import { readPolicyFiles } from "@leverframe/policy-source";
import { InvalidPolicies } from "./invalid-policies";
import { Misuse } from "../misuse";

export interface ReadPolicies {
  /** The folder or revision as it was named. */
  readonly source: string;
  readonly files: readonly PolicyFile[];
  readonly set: PolicySet;
}

export const COMPILE_OPTIONS = { checkNames: CHECK_NAMES } as const;

/** The policies of a folder, or of `<git revision>:<folder>`. Throws `Misuse` or `InvalidPolicies`. */
export function readPolicies(source: string): ReadPolicies {
  return compiled(source, filesOf(source));
}

export function compiled(source: string, files: readonly PolicyFile[]): ReadPolicies {
  const { ok, errors } = compilePolicySet(files, sha256, COMPILE_OPTIONS);
  if (ok === null) throw new InvalidPolicies(errors.map((error) => `${source}/${formatPolicyError(error)}`).join("\n"));
  return { source, files, set: ok };
}

export function filesOf(source: string): readonly PolicyFile[] {
  if (existsSync(source)) {
    if (!statSync(source).isDirectory()) throw new Misuse(`\`${source}\` is a file, expected a folder of policies`);
    return readPolicyFiles(source);
  }
  const [, revision, folder] = /^([^:]+):(.+)$/.exec(source) ?? [];
  if (revision === undefined || folder === undefined) throw new Misuse(`\`${source}\` does not exist, expected a folder of policies or <revision>:<folder> such as HEAD~1:policies`);
  return revisionFiles(revision, folder.replace(/\/+$/, ""));
}

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

function revisionFiles(revision: string, folder: string): PolicyFile[] {
  // A revision that begins with a dash would be an option of git.
  if (revision.startsWith("-")) throw new Misuse(`\`${revision}\` is no git revision`);
  const git = (...args: string[]): string => {
    try {
      return execFileSync("git", args, { encoding: "utf8", maxBuffer: OUTPUT_BYTES_MAX, stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      const reason = String((error as { stderr?: unknown }).stderr ?? error).trim().split("\n")[0];
      throw new Misuse(`\`${revision}:${folder}\` cannot be read from git: ${reason}`);
    }
  };
  const paths = git("ls-tree", "-r", "--name-only", "-z", "--full-tree", revision, "--", `${folder}/`).split("\0").filter((path) => /\.ya?ml$/.test(path));
  if (paths.length === 0) throw new Misuse(`\`${revision}:${folder}\` holds no policy file`);
  return paths.sort().map((path) => ({ path: path.slice(folder.length + 1), text: git("show", `${revision}:${path}`) }));
}
