import { execFileSync } from "node:child_process";
import path from "node:path";

describe("package-lock.json", () => {
  test("locks the packages of every platform, so that npm ci takes it anywhere", () => {
    const tool = path.resolve(import.meta.dirname, "../../tools/complete-lockfile.mjs");
    expect(() => execFileSync(process.execPath, [tool, "--check"], { encoding: "utf8" })).not.toThrow();
  });
});
