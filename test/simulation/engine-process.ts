import { readdirSync, readFileSync } from "node:fs";

/** The process of ClickHouse's engine that the analytics sink with this pid started; null when there is none (Linux). */
export function engineOf(sinkPid: number): number | null {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    if (parentOf(pid) === sinkPid && commandOf(pid).includes("engine/server.mjs")) return pid;
  }
  return null;
}

/** The fourth field of `/proc/<pid>/stat`; the second, in parentheses, may hold anything. */
function parentOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[1] === undefined ? null : Number(fields[1]);
}

const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");

/** Empty for a process that ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
