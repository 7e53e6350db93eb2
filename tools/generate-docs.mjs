/** Writes the tables that are made from code into the documents, each between its markers (`npm run docs`). */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");

const TABLES = [
  { document: "ARCHITECTURE.md", marker: "topics", source: "libs/contracts/topic-table.ts", table: "topicTableMarkdown" },
  { document: "CONFIGURATION.md", marker: "settings", source: "libs/nest/config/table.ts", table: "configTableMarkdown" },
  { document: "README.md", marker: "providers", source: "libs/providers/provider-table.ts", table: "providerTableMarkdown" },
];

/** The module's exports, bundled for this process. */
async function exportsOf(source) {
  // Below the root, so that packages are found.
  const outfile = path.join(root, ".cache", "docs", `${path.basename(source, ".ts")}.mjs`);
  mkdirSync(path.dirname(outfile), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    tsconfig: "tsconfig.base.json",
  });
  return import(pathToFileURL(outfile).href);
}

for (const { document, marker, source, table } of TABLES) {
  const file = path.join(root, document);
  const [start, end] = [`<!-- ${marker}:start -->`, `<!-- ${marker}:end -->`];
  const text = readFileSync(file, "utf8");
  const [before, rest, ...more] = text.split(start);
  const [, after, ...extra] = (rest ?? "").split(end);
  if (after === undefined || more.length > 0 || extra.length > 0) {
    console.error(`${document} must hold \`${start}\` and then \`${end}\` once each`);
    process.exit(1);
  }
  const made = (await exportsOf(source))[table]();
  writeFileSync(file, `${before}${start}\n\n${made}\n${end}${after}`);
}
