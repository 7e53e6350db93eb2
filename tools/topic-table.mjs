/** Writes the topic table of `libs/contracts` into ARCHITECTURE.md between its markers; `--check` only says whether it is there already. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const START = "<!-- topics:start -->";
const END = "<!-- topics:end -->";

async function topicTable() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["libs/contracts/topic-table.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    tsconfig: "tsconfig.base.json",
  });
  const { topicTableMarkdown } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return topicTableMarkdown();
}

const file = path.join(root, "ARCHITECTURE.md");
const text = readFileSync(file, "utf8");
const [before, rest, ...more] = text.split(START);
const [, after, ...extra] = (rest ?? "").split(END);
if (after === undefined || more.length > 0 || extra.length > 0) {
  console.error(`ARCHITECTURE.md must hold \`${START}\` and then \`${END}\` once each`);
  process.exit(1);
}
const wanted = `${before}${START}\n\n${await topicTable()}\n${END}${after}`;
if (text === wanted) process.exit(0);
if (process.argv.includes("--check")) {
  console.error("the topic table in ARCHITECTURE.md is out of date: run `npm run topics:table`");
  process.exit(1);
}
writeFileSync(file, wanted);
