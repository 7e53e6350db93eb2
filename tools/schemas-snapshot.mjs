/**
 * Keeps the schema history (`schemas/history/<event>/0001.avsc`, …): self-contained snapshots without comments, never altered once
 * released. `npm run schemas:snapshot` adds the next one for each event whose schema differs from its newest, provided that it
 * can read every earlier one; `-- --rewrite` replaces the newest instead, which is right only before its first release.
 * `schemas/history/checksums.json` lists every snapshot, so that a later change of one shows.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import avro from "avsc";
import { generate, readHistory, readSchemas, selfContained } from "./generate-events.mjs";

const root = path.resolve(import.meta.dirname, "..");
const HISTORY = path.join(root, "schemas/history");

const withoutDocs = (schema) => JSON.parse(JSON.stringify(schema, (key, value) => (key === "doc" && typeof value === "string" ? undefined : value)));

/** One field a line, so that the difference between two versions reads well. */
function snapshotText(schema) {
  const { fields, ...head } = withoutDocs(schema);
  const lines = fields.map((field) => `    ${JSON.stringify(field)}`);
  return `${JSON.stringify(head).slice(0, -1)},"fields":[\n${lines.join(",\n")}\n  ]}\n`;
}

/** Today's snapshot text and the kept ones of each event. */
export function readSnapshots() {
  const { events, named } = readSchemas();
  return [...events].map(([event, schema]) => ({
    event,
    current: snapshotText(selfContained(schema, named)),
    kept: readHistory(event).map(({ file, schema: kept }) => ({ file, text: snapshotText(kept) })),
  }));
}

/** Null when `reader` can read everything that was written with `writer`, else why it cannot. */
export function incompatibility(reader, writer) {
  const typeOf = (text) => avro.Type.forSchema(JSON.parse(text), { wrapUnions: "never" });
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return null;
  } catch (error) {
    return error.message;
  }
}

/** sha256 of every snapshot file by its path below `schemas/history/`. */
export function checksums() {
  const files = readdirSync(HISTORY, { recursive: true }).map(String).filter((file) => file.endsWith(".avsc")).sort();
  const sum = (file) => createHash("sha256").update(readFileSync(path.join(HISTORY, file))).digest("hex");
  return Object.fromEntries(files.map((file) => [file.split(path.sep).join("/"), sum(file)]));
}

/** Snapshots that are no longer what the list says; a list that hides them would defeat its purpose. */
function alteredSnapshots() {
  const list = path.join(HISTORY, "checksums.json");
  if (!existsSync(list)) return [];
  const now = checksums();
  return Object.entries(JSON.parse(readFileSync(list, "utf8"))).filter(([file, sum]) => now[file] !== sum).map(([file]) => file);
}

function main(rewrite) {
  mkdirSync(HISTORY, { recursive: true });
  const altered = alteredSnapshots();
  if (altered.length > 0) throw new Error(`these snapshots were altered, bring them back: ${altered.join(", ")}`);
  const faults = [];
  for (const { event, current, kept } of readSnapshots()) {
    const newest = kept.at(-1);
    if (newest?.text === current) continue;
    const earlier = rewrite ? kept.slice(0, -1) : kept;
    const broken = earlier.map(({ file, text }) => [file, incompatibility(current, text)]).filter(([, why]) => why);
    for (const [file, why] of broken) faults.push(`\`${event}\` cannot read its snapshot ${file}: ${why}; give new fields a default and keep old ones`);
    if (broken.length > 0) continue;
    const file = path.join(HISTORY, event, `${String(earlier.length + 1).padStart(4, "0")}.avsc`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, current);
    console.log(`wrote ${path.relative(root, file)}`);
  }
  writeFileSync(path.join(HISTORY, "checksums.json"), `${JSON.stringify(checksums(), null, 2)}\n`);
  generate();
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes("--rewrite"));
