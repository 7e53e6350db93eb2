import path from "node:path";
import { readFileSync } from "node:fs";
import { ROOT, type SourceFile } from "./source-files";

/** Where execution or another project may begin: what a name in a configuration or on a command line points at. */
const ENTRY = /(?:^|\/)main\.ts$|\.spec\.ts$|\.config\.mjs$|^types\/|^tools\/|^examples\/|^\.ci\//;
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g;

/** Code that nothing reaches: no import leads to it from an entry, and no file that is reached names it in a string. */
export function deadFiles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const doors = doorsOf();
  const reached = new Set<string>();
  const waiting = files.map((file) => file.path).filter((file) => ENTRY.test(file) || [...doors.values()].includes(file));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const { text } = byPath.get(file)!;
    for (const [, specifier] of text.matchAll(IMPORT)) {
      const target = resolve(file, specifier!, byPath, doors);
      if (target !== null) waiting.push(target);
    }
    // A file that is started as a process or loaded as text stands there by its name.
    for (const { path: other } of files) {
      if (!reached.has(other) && names(text, path.posix.basename(other))) waiting.push(other);
    }
  }
  return files.map((file) => file.path).filter((file) => !reached.has(file) && !file.endsWith(".d.ts"));
}

/** As a whole string or the end of one; doors have all the same name. */
const names = (text: string, base: string): boolean => base !== "index.ts" && ['"', "'", "`"].some((quote) => text.includes(`${base}${quote}`));

function doorsOf(): ReadonlyMap<string, string> {
  const { compilerOptions } = JSON.parse(readFileSync(path.join(ROOT, "tsconfig.base.json"), "utf8")) as {
    compilerOptions: { paths: Record<string, [string]> };
  };
  return new Map(Object.entries(compilerOptions.paths).map(([name, [file]]) => [name, file.replace(/^\.\//, "")]));
}

function resolve(from: string, specifier: string, files: ReadonlyMap<string, SourceFile>, doors: ReadonlyMap<string, string>): string | null {
  const door = doors.get(specifier);
  if (door !== undefined) return files.has(door) ? door : null;
  if (!specifier.startsWith(".")) return null;
  const at = path.posix.join(path.posix.dirname(from), specifier);
  return [at, `${at}.ts`, `${at}/index.ts`].find((candidate) => files.has(candidate)) ?? null;
}
