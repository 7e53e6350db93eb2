import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "./root";

const OUT_BYTES_MAX = 16 * 1_048_576;

export interface PromtoolRun {
  readonly exitCode: number | null;
  /** What it said, on stdout and stderr. */
  readonly text: string;
}

/** Runs Prometheus' own tool: the one that `tools/install-real-parts.mjs` fetched, else the system's. Throws where there is none. */
export function promtool(args: readonly string[], { cwd, input }: { readonly cwd?: string; readonly input?: string } = {}): PromtoolRun {
  const fetched = path.join(repositoryRoot(), ".cache", "promtool", "promtool");
  const { status, error, stdout, stderr } = spawnSync(existsSync(fetched) ? fetched : "promtool", args, { cwd, input, encoding: "utf8", maxBuffer: OUT_BYTES_MAX });
  if (error) throw new Error("promtool cannot be run: run `node tools/install-real-parts.mjs` first", { cause: error });
  return { exitCode: status, text: `${stdout}${stderr}` };
}
