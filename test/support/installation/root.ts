import { existsSync } from "node:fs";
import path from "node:path";

/** The repository's root: the nearest folder above that holds `nx.json`. */
export const ROOT = rootAbove(import.meta.dirname);

function rootAbove(folder: string): string {
  if (existsSync(path.join(folder, "nx.json"))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error("no folder above this file holds nx.json");
  return rootAbove(parent);
}
