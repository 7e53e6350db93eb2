const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left",
  EDQUOT: "the disk quota is used up",
  EEXIST: "a file stands where a folder is expected",
  ENOTDIR: "a file stands where a folder is expected",
  EISDIR: "it is a folder",
  ENOENT: "it does not exist",
  EMFILE: "too many files are open",
  EADDRINUSE: "the address is in use",
};
const SQLITE_REASONS: Readonly<Record<number, string>> = {
  8: "it may not be written by this user",
  10: "reading or writing it failed",
  11: "it is damaged",
  13: "no space is left",
  14: "it cannot be opened",
  26: "it is no database",
};

/** What the machine refuses (a right, space, a folder), in one sentence: no fault of ours, so nobody needs a stack. Null for anything else. */
export function machineFault(thrown: unknown): string | null {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const { code, path, dest, errcode } = error as NodeJS.ErrnoException & { dest?: string; errcode?: number };
    const sqlite = errcode === undefined ? undefined : SQLITE_REASONS[errcode & 0xff];
    if (sqlite !== undefined) return `a database of the data folder cannot be used: ${sqlite}`;
    const reason = code === undefined ? undefined : REASONS[code];
    const place = path ?? dest;
    if (reason !== undefined) return place === undefined ? `${error.message}: ${reason}` : `\`${place}\` cannot be used: ${reason}`;
  }
  return null;
}
