import { readFileSync } from "node:fs";
import { Misuse } from "./misuse";

const REASONS: Readonly<Record<string, string>> = { ENOENT: "does not exist", EISDIR: "is a folder", EACCES: "may not be read by this user" };

/** The bytes of a file that the command line names; `Misuse` says what stands in the way. */
export function inputFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    throw new Misuse(`file \`${file}\` ${REASONS[code] ?? `cannot be read (${code})`}`, { cause });
  }
}
