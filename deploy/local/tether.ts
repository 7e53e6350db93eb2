import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, openSync, closeSync, rmSync } from "node:fs";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const SETPRIV = "/usr/bin/setpriv";
const children = new Set<ChildProcess>();
const temporaryDirs = new Set<string>();
let watching = false;

/**
 * Starts a child that does not outlive this process. On Linux the kernel itself ends it when we die, also by kill −9
 * (`setpriv --pdeathsig` replaces itself with the command, so the pid is the command's); elsewhere an exit handler does
 * what it can. Output is appended to `logFile`.
 */
export function spawnTethered(command: Command, logFile: string): ChildProcess {
  watchExit();
  const held = process.platform === "linux" && existsSync(SETPRIV);
  const file = held ? SETPRIV : command.file;
  const args = held ? ["--pdeathsig", "KILL", "--", command.file, ...command.args] : [...command.args];
  const log = openSync(logFile, "a");
  try {
    const child = spawn(file, args, {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      stdio: ["ignore", log, log],
      detached: false,
    });
    children.add(child);
    child.once("exit", () => children.delete(child));
    child.once("error", () => children.delete(child));
    return child;
  } finally {
    closeSync(log);
  }
}

/** Registers a folder that goes away with this process, if `removeTemporary` was not called before. */
export function rememberTemporary(dir: string): void {
  watchExit();
  temporaryDirs.add(dir);
}

/** Whether there was something of ours to remove. */
export function removeTemporary(dir: string): boolean {
  if (!temporaryDirs.delete(dir)) return false;
  // A server that was just killed may still be writing its last file.
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return true;
}

function watchExit(): void {
  if (watching) return;
  watching = true;
  process.once("exit", () => {
    for (const child of children) child.kill("SIGKILL");
    for (const dir of [...temporaryDirs]) removeTemporary(dir);
  });
}
