import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../../..");

const NOT_OURS: ReadonlySet<string> = new Set(["node_modules", "dist", ".git", ".nx", ".cache", "coverage", "generated", ".leverframe"]);
const CODE = /\.(?:ts|mjs|js|lua|sql|py|sh)$/;

/** A file of the repository, with its path from the root in forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every file of code that somebody wrote here; what is installed, built or generated is left out. */
export function sourceFiles(): readonly SourceFile[] {
  return walk(ROOT)
    .filter((file) => CODE.test(file))
    .map((file) => ({ path: path.relative(ROOT, file).replaceAll(path.sep, "/"), text: readFileSync(file, "utf8") }));
}

/** Every folder of the repository that is ours, by its path from the root. */
export function folders(): readonly string[] {
  return [...new Set(walk(ROOT).map((file) => path.relative(ROOT, path.dirname(file)).replaceAll(path.sep, "/")))];
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name) || entry.isSymbolicLink()) return [];
    const at = path.join(folder, entry.name);
    return entry.isDirectory() ? walk(at) : [at];
  });
}
