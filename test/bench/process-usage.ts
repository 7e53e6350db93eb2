import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Linux counts CPU time in ticks, of which a second has this many. */
const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
/** Fields of /proc/<pid>/stat after the name, which may hold spaces: utime is the 14th field of all, stime the 15th. */
const UTIME = 14 - 3;

/** User and system time of a process with all its threads, in milliseconds. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[UTIME]) + Number(fields[UTIME + 1])) * 1_000) / TICKS_PER_SECOND;
}

/** Resident memory in megabytes. */
export function rssMbOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}

/** CPU time that groups of processes use between two moments. */
export class CpuMeter<Group extends string> {
  private before: Readonly<Record<Group, number>>;

  constructor(private readonly pids: Readonly<Record<Group, readonly number[]>>) {
    this.before = this.read();
  }

  /** Milliseconds of each group since the meter was made or last asked. */
  lap(): Readonly<Record<Group, number>> {
    const now = this.read();
    const used = mapped(now, (ms, group) => ms - this.before[group]);
    this.before = now;
    return used;
  }

  private read(): Record<Group, number> {
    return mapped(this.pids, (pids) => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0));
  }
}

export function mapped<Key extends string, In, Out>(record: Readonly<Record<Key, In>>, to: (value: In, key: Key) => Out): Record<Key, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value as In, key as Key)])) as Record<Key, Out>;
}
