import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const tool = path.resolve("tools/ensure-installed.mjs");

/** A checkout whose node_modules is a link to somebody else's, which has `files`. */
function linkedCheckout(files: readonly string[]): { readonly folder: string; readonly theirs: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "install-"));
  const [checkout, theirs] = [path.join(folder, "checkout"), path.join(folder, "theirs")];
  mkdirSync(path.join(checkout, "tools"), { recursive: true });
  copyFileSync(tool, path.join(checkout, "tools", "ensure-installed.mjs"));
  writeFileSync(path.join(checkout, "package.json"), "{}");
  writeFileSync(path.join(checkout, "package-lock.json"), "{}");
  mkdirSync(theirs);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(theirs, file)), { recursive: true });
    writeFileSync(path.join(theirs, file), "");
  }
  symlinkSync(theirs, path.join(checkout, "node_modules"));
  return { folder, theirs };
}

function ensured(folder: string) {
  const script = 'import("./checkout/tools/ensure-installed.mjs").then(({ ensureInstalled }) => ensureInstalled())';
  return spawnSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
}

describe("installing packages", () => {
  test.each([
    { case: "is used as it is", files: ["kept.txt", "node/bin/node"], status: 0, says: "node_modules is a link" },
    { case: "without the packages is refused", files: ["kept.txt"], status: 1, says: "Run `npm ci` where it points to" },
  ])("never empties a node_modules that is a link to somebody else's: one that $case", ({ files, status, says }) => {
    const { folder, theirs } = linkedCheckout(files);
    try {
      const ended = ensured(folder);
      expect(ended.stdout + ended.stderr).toContain(says);
      expect(ended.status).toBe(status);
      expect(existsSync(path.join(theirs, "kept.txt"))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
