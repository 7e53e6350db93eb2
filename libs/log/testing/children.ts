import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import type { ChildLog } from "./log-under-test";
import { until } from "./until";

export type ChildTask = { readonly log: ChildLog; readonly topic: string } & (
  | { readonly do: "write"; readonly prefix: string; readonly batches: number }
  | { readonly do: "consume"; readonly groupId: string }
  | {
      readonly do: "copy";
      readonly groupId: string;
      readonly to: string;
      readonly dead: string;
      readonly handleMs: number;
      /** Ends the process when it meets this value. */
      readonly fatal?: string;
      readonly guardDir?: string;
    }
);

/** Another process on the same log, for a test to kill. */
export class Child {
  readonly lines: string[] = [];
  private errors = "";

  private constructor(private readonly process: ChildProcess) {
    createInterface({ input: process.stdout! }).on("line", (line) => this.lines.push(line));
    process.stderr!.on("data", (chunk) => (this.errors += String(chunk)));
  }

  static async start(task: ChildTask): Promise<Child> {
    const args = ["--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning", await program(), JSON.stringify(task)];
    return new Child(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }));
  }

  get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** The last line that begins so. */
  last(beginning: string): string | undefined {
    return this.lines.findLast((line) => line.startsWith(beginning));
  }

  async says(what: string, holds: () => boolean): Promise<void> {
    await until(`the child ${what}`, () => {
      if (holds()) return true;
      if (this.ended) throw new Error(`the child ended before it ${what}: ${this.errors}`);
      return false;
    });
  }

  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.end();
  }

  async end(): Promise<void> {
    await until("the child has ended", () => this.ended);
  }
}

let built: Promise<string> | undefined;

/** Bundled as the services are, once for each test file. */
function program(): Promise<string> {
  built ??= (async () => {
    const outfile = path.join(mkdtempSync(path.join(tmpdir(), "leverframe-child-")), "child.mjs");
    const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
    const common = { bundle: true, platform: "node", format: "esm", target: "node20", loader: { ".sql": "text" }, logLevel: "error" } as const;
    await build({ ...common, entryPoints: [path.join(import.meta.dirname, "child-program.ts")], outfile, banner });
    return outfile;
  })();
  return built;
}
