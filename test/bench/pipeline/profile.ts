import { readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../support/installation";
import type { Table } from "../benchmark";

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const PARTS_SHOWN = 25;
const maps = new Map<string, SourceMap | null>();

/** Time by part (a package, or a file of ours, with what Node does for it) over all profiles of a folder: one column for each process, largest parts first. */
export function profileTable(title: string, folder: string): Table {
  const byProcess = readdirSync(folder).filter((name) => name.endsWith(".cpuprofile")).sort();
  const profiles = byProcess.map((name) => selfTimes(JSON.parse(readFileSync(path.join(folder, name), "utf8")) as CpuProfile));
  const busy = profiles.map((times) => sum(times.values()));
  const all = new Map<string, number>();
  for (const times of profiles) for (const [part, ms] of times) all.set(part, (all.get(part) ?? 0) + ms);
  const total = sum(busy);
  const shown = [...all].sort(([, a], [, b]) => b - a).slice(0, PARTS_SHOWN);
  return {
    title: `${title}: where the time goes (% of ${Math.round(total)} ms busy)`,
    columns: ["part", "all", ...profiles.map(nameOf)],
    rows: shown.map(([part, ms]) => [part, percent(ms, total), ...profiles.map((times, index) => percent(times.get(part) ?? 0, busy[index]!))]),
    notes: ["A column is one process; its name is the part of our own services in which it spends most."],
  };
}

function nameOf(times: ReadonlyMap<string, number>): string {
  const [best] = [...times].filter(([part]) => part.startsWith("services/")).sort(([, a], [, b]) => b - a);
  return best?.[0].split("/")[1] ?? "?";
}

const percent = (ms: number, total: number): string => ((ms * 100) / total).toFixed(1);
const sum = (numbers: Iterable<number>): number => Array.from(numbers).reduce((total, one) => total + one, 0);

/** Loading modules and joining groups are no part of the work. */
const START_MS = 8_000;

/** Milliseconds by part, without the start and the idle time. */
function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<string, number> {
  const partOf = partsOf(nodes);
  const times = new Map<string, number>();
  let elapsedMs = 0;
  samples.forEach((id, index) => {
    elapsedMs += (timeDeltas[index] ?? 0) / 1_000;
    if (elapsedMs < START_MS) return;
    const part = partOf.get(id);
    if (part === undefined || part === "(idle)") return;
    times.set(part, (times.get(part) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  });
  return times;
}

/** What V8 and Node do for somebody is put down to whom they do it for: the nearest caller that is a package or a file of ours. */
function partsOf(nodes: CpuProfile["nodes"]): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  const visit = (id: number, caller: string | null): void => {
    const { callFrame, children = [] } = byId.get(id)!;
    const own = partOfFrame(callFrame) ?? caller;
    parts.set(id, own ?? "node");
    // What hangs from (root), (program) and the like has no caller.
    for (const child of children) visit(child, own?.startsWith("(") ? null : own);
  };
  if (nodes[0]) visit(nodes[0].id, null);
  return parts;
}

/** Null for what has no file of its own or is Node's. */
function partOfFrame({ functionName, url, lineNumber, columnNumber }: CallFrame): string | null {
  if (url === "") return functionName.startsWith("(") ? functionName : null;
  if (url.startsWith("node:")) return null;
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  const inPackage = file.split("/node_modules/").at(-1);
  if (file.includes("/node_modules/") && inPackage) return packageOf(inPackage);
  const source = sourceMapOf(file)?.findEntry(lineNumber, columnNumber);
  const original = source && "originalSource" in source ? path.resolve(path.dirname(file), source.originalSource) : file;
  return path.relative(ROOT, original);
}

const packageOf = (file: string): string => file.split("/").slice(0, file.startsWith("@") ? 2 : 1).join("/");

function sourceMapOf(file: string): SourceMap | null {
  let map = maps.get(file);
  if (map === undefined) maps.set(file, (map = read(file)));
  return map;
}

function read(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
  } catch {
    return null;
  }
}
