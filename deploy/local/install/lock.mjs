import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const STALE_AFTER_MS = 30 * 60_000;

/**
 * Runs `work` while no other process on this machine holds the lock file. A lock whose holder died, or that is very
 * old, is taken over; should two waiters take it over at once, both do work that is safe to do twice.
 */
export async function withLock(lockFile, work, { onWait }) {
  const own = `${lockFile}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  let waited = false;
  try {
    // A link appears with its content, so nobody ever reads a lock that has no holder yet.
    while (!tryLink(own, lockFile)) {
      if (isStale(lockFile)) {
        rmSync(lockFile, { force: true });
        continue;
      }
      if (!waited) onWait();
      waited = true;
      await sleep(500);
    }
  } finally {
    rmSync(own, { force: true });
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isStale(lockFile) {
  try {
    if (Date.now() - statSync(lockFile).mtimeMs > STALE_AFTER_MS) return true;
    process.kill(Number(readFileSync(lockFile, "utf8")), 0);
    return false;
  } catch (error) {
    // ENOENT: released meanwhile, so the next try to link decides. EPERM: alive, somebody else's.
    return error.code === "ESRCH";
  }
}
