import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";

export interface SpenderOptions {
  readonly store: { readonly path: string } | { readonly url: string; readonly name: string };
  readonly name: string;
  readonly cap: number;
  /** Spends under way at once. */
  readonly lanes: number;
  /** Of each lane. */
  readonly spendsMax: number;
  /** So many reserves all at once instead, and nothing after them. */
  readonly atOnce?: number;
  /** Each spend is a run of its own too, whose account is closed after it. */
  readonly archives?: boolean;
}

export interface Spender {
  /** Ids by step that the ledger had answered when the process ended. */
  readonly ended: Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  kill(): void;
}

let bundle: Promise<string> | null = null;

/** Starts spender.ts as a process, which reads its program from stdin. `killAfter`: SIGKILL as soon as it has said that many lines. */
export async function startSpender(options: SpenderOptions, killAfter = Infinity): Promise<Spender> {
  bundle ??= bundleSpender();
  const program = await bundle;
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-", JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(program);
  const steps = new Map<string, Set<string>>();
  let lines = 0;
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => {
    const [step = "", id = ""] = line.split(" ");
    steps.set(step, (steps.get(step) ?? new Set()).add(id));
    lines += 1;
    if (lines === killAfter) child.kill("SIGKILL");
  });
  const ended = new Promise<ReadonlyMap<string, ReadonlySet<string>>>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(steps);
      else reject(new Error(`the spender ended with ${code ?? signal}`));
    });
  });
  return { ended, kill: () => child.kill("SIGKILL") };
}

async function bundleSpender(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "spender.ts")],
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    loader: { ".sql": "text", ".lua": "text" },
    // ioredis is CommonJS and asks for Node's own modules by `require`.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
