import { existsSync } from "node:fs";
import path from "node:path";

/**
 * The repository's root: the nearest folder above that holds `nx.json`. This code runs from its sources under Jest and
 * bundled from `dist/`, so nothing may be located relative to the file itself.
 */
export function repositoryRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, "nx.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no nx.json above ${import.meta.dirname}`);
    folder = parent;
  }
  return folder;
}

/** A file of `deploy/local`, wherever this code runs from. */
export const localFile = (...parts: string[]): string => path.join(repositoryRoot(), "deploy", "local", ...parts);
