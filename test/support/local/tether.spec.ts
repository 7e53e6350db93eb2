import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { build } from "esbuild";
import { allGone } from "./processes";

const root = path.resolve(import.meta.dirname, "../../..");
const folder = path.join(root, ".cache", `tether-spec-${process.pid}`);
const program = path.join(folder, "owner.mjs");
/** However busy the machine is: a server without its owner that nothing ends would run for ever. */
const GONE_WITHIN_MS = 60_000;

// A process that owns two servers, tells of them, and leaves by itself when it hears anything.
const OWNER = `
  import { startClickHouse, startRedis } from "./deploy/local/index";
  const servers = await Promise.all([startRedis(), startClickHouse()]);
  console.log(JSON.stringify(servers.map(({ pid, dir }) => ({ pid, dir }))));
  process.stdin.once("data", () => process.exit(0));
`;

describe("servers of a process that ends without stopping them", () => {
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    await build({
      stdin: { contents: OWNER, resolveDir: root, loader: "ts" },
      outfile: program,
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function startOwner() {
    const owner = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await new Promise<string[]>((resolve) =>
      createInterface(owner.stdout).once("line", (text) => resolve([text])),
    )) as [string];
    return { owner, servers: JSON.parse(line) as { pid: number; dir: string }[] };
  }

  it("end with it, and so do their temporary folders, when it exits", async () => {
    const { owner, servers } = await startOwner();
    owner.stdin.write("leave\n");
    expect(await allGone([owner.pid!, ...servers.map(({ pid }) => pid)], GONE_WITHIN_MS)).toBe(true);
    expect(servers.map(({ dir }) => existsSync(dir))).toEqual([false, false]);
  });

  const onLinux = process.platform === "linux" ? it : it.skip; // only Linux can end children of a killed process
  onLinux("end with it when it is killed by kill −9", async () => {
    const { owner, servers } = await startOwner();
    owner.kill("SIGKILL");
    expect(await allGone(servers.map(({ pid }) => pid), GONE_WITHIN_MS)).toBe(true);
    for (const { dir } of servers) rmSync(dir, { recursive: true, force: true });
  });
});
