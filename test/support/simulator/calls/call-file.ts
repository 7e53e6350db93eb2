import { appendFileSync, mkdirSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import type { Call } from "./call";

const FLUSH_EVERY_MS = 20;

/**
 * Appends calls to a JSONL file, in batches. Each call is written when it is accepted and again when it ends, so that a
 * killed process leaves the calls that were under way; the last line of a (run, seq) counts, see `readCalls`.
 */
export class CallFile {
  private pending: string[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> | null = null;

  constructor(private readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    // A file that cannot be written is found at the start, not at the first call. The line break keeps a line that an
    // earlier run left half-written apart from this run's first one.
    appendFileSync(file, "\n");
  }

  write(call: Call): void {
    this.pending.push(`${JSON.stringify(call)}\n`);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_EVERY_MS);
  }

  /** Resolves when everything written so far is in the file. */
  async flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    // One append at a time: two could overtake each other and leave an older line last.
    while (this.writing !== null) await this.writing;
    if (this.pending.length === 0) return;
    const batch = this.pending.join("");
    this.pending = [];
    this.writing = appendFile(this.file, batch).finally(() => {
      this.writing = null;
    });
    await this.writing;
  }
}

/** Null for a line that a killed process left half-written. */
function parseLine(line: string): Call | null {
  try {
    return JSON.parse(line) as Call;
  } catch {
    return null;
  }
}

/** The calls in a file, also of several runs, in the order of arrival. */
export async function readCalls(file: string): Promise<Call[]> {
  const calls = new Map<string, Call>();
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    const call = line === "" ? null : parseLine(line);
    if (call !== null) calls.set(`${call.run} ${call.seq}`, call);
  }
  return [...calls.values()];
}
