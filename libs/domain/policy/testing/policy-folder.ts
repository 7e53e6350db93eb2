import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { PolicyFile } from "../index";

/** The files of a folder of the repository, as a service would read them. For specs alone: the room itself does no I/O. */
export function readPolicyFolder(folder: string): PolicyFile[] {
  let root = process.cwd();
  while (!existsSync(join(root, "nx.json")) && dirname(root) !== root) root = dirname(root);
  const base = join(root, folder);
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(base, path).split(sep).join("/"), text: readFileSync(path, "utf8") }));
}
