import type { PolicyFile } from "@leverframe/policy";
import { fingerprintOf, lastWriter, readPolicyFilesLater } from "./folder-files";
import { authorOf, commitOf, filesAt, gitStateOf } from "./git";

/** Where a set comes from and who is answerable for it. */
export interface Provenance {
  /** A git author, or the operating system's user who wrote the newest file. */
  readonly actor: string;
  readonly actorSource: "git" | "os";
  /** Null outside of git. */
  readonly commit: string | null;
  /** The branch or tag that the set is loaded from; null when it is loaded from the folder's files. */
  readonly ref: string | null;
  /** The folder's files differ from the commit. */
  readonly dirty: boolean;
}

export interface PolicyRevision {
  readonly files: readonly PolicyFile[];
  readonly provenance: Provenance;
}

/** A place that holds a policy set and may hold another one later. Both throw AppError `bad_config` when it cannot be read. */
export interface PolicyPlace {
  /** For messages. */
  readonly name: string;
  /** Cheap, and the same as long as nothing has changed. */
  fingerprint(): Promise<string>;
  read(): Promise<PolicyRevision>;
}

/** The files of a folder as they are; what git says about them is noted. */
export function folderPlace(folder: string): PolicyPlace {
  return {
    name: folder,
    fingerprint: () => fingerprintOf(folder),
    async read() {
      const [files, git] = await Promise.all([readPolicyFilesLater(folder), gitStateOf(folder)]);
      const commit = git?.commit ?? null;
      if (git?.author && !git.dirty) return { files, provenance: { actor: git.author, actorSource: "git", commit, ref: null, dirty: false } };
      return { files, provenance: { actor: await lastWriter(folder), actorSource: "os", commit, ref: null, dirty: git !== null } };
    },
  };
}

/** The folder as it stands in the commit that a branch or tag points to: it changes as a whole or not at all. */
export function gitPlace(folder: string, ref: string): PolicyPlace {
  return {
    name: `${folder} at ${ref}`,
    fingerprint: () => commitOf(folder, ref),
    async read() {
      const commit = await commitOf(folder, ref);
      const [files, author] = await Promise.all([filesAt(folder, commit), authorOf(folder, commit)]);
      return { files, provenance: { actor: author ?? "unknown", actorSource: "git", commit, ref, dirty: false } };
    },
  };
}
