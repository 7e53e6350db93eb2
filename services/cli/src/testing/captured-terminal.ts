import { Readable } from "node:stream";
import type { Terminal } from "../terminal";

export interface CapturedTerminal extends Terminal {
  readonly outLines: string[];
  readonly errLines: string[];
}

/** A terminal that nobody watches. */
export function capturedTerminal(stdin = "", columns = 120): CapturedTerminal {
  const outLines: string[] = [];
  const errLines: string[] = [];
  return {
    isInteractive: false,
    columns,
    stdin: Readable.from([Buffer.from(stdin)]),
    outLines,
    errLines,
    out: (text) => void outLines.push(...text.split("\n")),
    outPart: (text) => void outLines.push(...text.split("\n")),
    err: (text) => void errLines.push(...text.split("\n")),
  };
}
