import type { Catalog } from "@leverframe/catalog";
import { AppError, type Digest } from "@leverframe/kernel";
import { type PolicyFile, type PolicySet, compilePolicySet, formatPolicyError } from "@leverframe/policy";
import { readPolicyFiles } from "./folder-files";
import { withAddresses } from "./provider-addresses";

/** Where the active policy set is asked for; one reference, so that a stage sees one version for one event. */
export interface PolicySource {
  current(): PolicySet;
  /**
   * The catalog of this version while requests decided under it may be under way, else the current one. A request ends on
   * the catalog that its permit was made with; where that is gone (a process started since), the permit's own caps hold.
   */
  catalogOf(catalogVersion: string): Catalog;
}

export interface PolicyFolderOptions {
  readonly digest: Digest;
  /** Evaluation checks that exist, so that a misspelt one is found at start. */
  readonly checkNames: readonly string[];
  /** Providers at other addresses than the catalog's, as `provider=url`. */
  readonly baseUrls?: readonly string[];
}

/**
 * Reads and compiles the policy set of a folder as it is now, without its cases. Throws AppError `bad_config` that lists
 * every error with file, line and column (I6: it fails closed).
 */
export function openPolicyFolder(folder: string, options: PolicyFolderOptions): PolicySource {
  const set = compileFiles(folder, readPolicyFiles(folder), options);
  return { current: () => set, catalogOf: () => set.catalog };
}

/** The compiled set with its providers where this installation reaches them; else AppError `bad_config`. */
export function compileFiles(name: string, files: readonly PolicyFile[], { digest, checkNames, baseUrls = [] }: PolicyFolderOptions): PolicySet {
  const { ok, errors } = compilePolicySet(files, digest, { checkNames });
  if (ok === null) throw notValid(name, errors.map(formatPolicyError));
  return { ...ok, catalog: withAddresses(ok.catalog, baseUrls) };
}

export function notValid(name: string, problems: readonly string[]): AppError {
  return new AppError("bad_config", `policies in \`${name}\` are not valid:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
}
