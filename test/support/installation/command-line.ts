import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./root";

const DIST = process.env["LEVERFRAME_TEST_DIST"] ?? path.join(ROOT, "dist");
const OUT_BYTES_MAX = 16 * 1_048_576;

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `leverframe …` as an operator does, as a process of its own beside the services. */
export function leverframe(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  const file = path.join(DIST, "cli", "main.js");
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\``);
  const flags = ["--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...flags, file, ...args], { cwd: ROOT, env: { ...process.env, ...env }, maxBuffer: OUT_BYTES_MAX }, (error, out, err) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}
