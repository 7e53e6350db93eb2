import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { AppError } from "@leverframe/kernel";

/** The nearest folder above the running program that holds `nx.json`: other programs of the build lie in its `dist`. */
export function repositoryRoot(program = process.argv[1] ?? process.cwd()): string {
  for (let folder = path.dirname(realpathSync(program)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "nx.json"))) return folder;
    if (folder === path.dirname(folder)) throw new AppError("bad_config", `no nx.json above \`${program}\`, expected to run from a checkout of the repository`);
  }
}
