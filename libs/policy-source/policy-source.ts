import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { AppError, type Digest } from "@leverframe/kernel";
import { type PolicyFile, type PolicySet, compilePolicySet, formatPolicyError } from "@leverframe/policy";
import { withAddresses } from "./provider-addresses";

/** Where the active policy set is asked for; one reference, so that a stage sees one version for one event. */
export interface PolicySource {
  current(): PolicySet;
}

export interface PolicyFolderOptions {
  readonly digest: Digest;
  /** Evaluation checks that exist, so that a misspelt one is found at start. */
  readonly checkNames: readonly string[];
  /** Providers at other addresses than the catalog's, as `provider=url`. */
  readonly baseUrls?: readonly string[];
}

/**
 * Reads and compiles the policy set of a folder. Throws AppError `bad_config` that lists every error with file, line
 * and column: a process without a valid policy does not start (I6: it fails closed).
 */
export function openPolicyFolder(folder: string, { digest, checkNames, baseUrls = [] }: PolicyFolderOptions): PolicySource {
  const { ok, errors } = compilePolicySet(readPolicyFiles(folder), digest, { checkNames });
  if (ok === null) {
    const list = errors.map((error) => `  ${formatPolicyError(error)}`).join("\n");
    throw new AppError("bad_config", `policies in \`${folder}\` are not valid:\n${list}`);
  }
  const set = { ...ok, catalog: withAddresses(ok.catalog, baseUrls) };
  return { current: () => set };
}

/** Every YAML file below the folder, sorted by path, which is relative to it. */
export function readPolicyFiles(folder: string): PolicyFile[] {
  return listed(folder)
    .filter((file) => file.isFile() && /\.ya?ml$/.test(file.name))
    .map((file) => path.relative(folder, path.join(file.parentPath, file.name)).replaceAll(path.sep, "/"))
    .sort()
    .map((file) => ({ path: file, text: readFileSync(path.join(folder, file), "utf8") }));
}

function listed(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    throw new AppError("bad_config", `policies.dir: \`${folder}\` cannot be read, expected a folder of YAML files`, { cause });
  }
}
