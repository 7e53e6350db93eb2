/** Where a command writes: results to `out`, everything about them (progress, problems, hints) to `err`. */
export interface Terminal {
  /** Somebody watches: `err` may be redrawn. */
  readonly isInteractive: boolean;
  /** Characters of a line; tables keep to it. */
  readonly columns: number;
  readonly stdin: NodeJS.ReadableStream;
  out(line: string): void;
  /** A piece of a line: what follows stands right behind it. */
  outPart(text: string): void;
  err(line: string): void;
}

const COLUMNS_DEFAULT = 120;

export function processTerminal(): Terminal {
  // `leverframe report spend | head` ends the reader before us: that is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  // Nobody reads what would be said; the exit code still tells.
  process.stderr.on("error", () => undefined);
  return {
    isInteractive: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? COLUMNS_DEFAULT,
    stdin: process.stdin,
    out: (line) => void process.stdout.write(`${line}\n`),
    outPart: (text) => void process.stdout.write(text),
    err: (line) => void process.stderr.write(`${line}\n`),
  };
}
