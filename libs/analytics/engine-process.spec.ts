import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openAnalytics } from "./client";
import { EngineProcess } from "./engine-process";
import { enginePidOf, killEngineOf, untilGone } from "./testing/embedded-store";

const ENGINE = path.join(import.meta.dirname, "engine");

describe("the engine of a folder", () => {
  let folder: string;
  let dir: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "leverframe-engine-"));
    dir = path.join(folder, "analytics");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

  const count = async (analytics: ReturnType<typeof openAnalytics>) => (await analytics.query("SELECT count() AS n FROM t"))[0]!.n;
  const withTable = async (analytics: ReturnType<typeof openAnalytics>) => {
    await analytics.command("CREATE DATABASE IF NOT EXISTS leverframe", { outside: true });
    await analytics.command("CREATE TABLE IF NOT EXISTS t (x UInt8) ENGINE = MergeTree ORDER BY x");
    await analytics.insert("t", ['{"x":1}']);
  };

  it("serves everyone who opens the folder, and is one however many open it at once", async () => {
    const several = [1, 2, 3].map(() => new EngineProcess(dir));
    const urls = await Promise.all(several.map((one) => one.url()));
    expect(new Set(urls).size).toBe(1);
    await Promise.all(several.map((one) => one.close()));
    expect(existsSync(`${dir}.url`)).toBe(false);
  });

  it("is started anew by who still needs it when its starter ends or it is killed", async () => {
    const [first, second] = [openAnalytics({ path: dir }), openAnalytics({ path: dir })];
    await withTable(first);
    expect(await count(second)).toBe("1");
    await first.close();
    expect(await count(second)).toBe("1");
    await killEngineOf(dir);
    expect(await Promise.all([count(second), count(second)])).toEqual(["1", "1"]);
    await second.close();
    expect(await enginePidOf(dir)).toBeNull();
    await expect(second.query("SELECT 1")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is not taken for the process that has the port of an old address now", async () => {
    const [mine, other] = [openAnalytics({ path: dir }), openAnalytics({ path: path.join(folder, "other") })];
    await withTable(other);
    const port = new URL(readFileSync(path.join(folder, "other.url"), "utf8").trim()).port;
    writeFileSync(`${dir}.url`, `http://leverframe:0000@127.0.0.1:${port}\n`);
    await withTable(mine);
    expect(new URL(readFileSync(`${dir}.url`, "utf8").trim()).port).not.toBe(port);
    await mine.close();
    await other.close();
  });

  it("lets in nobody without the password, which only its owner can read", async () => {
    const engine = new EngineProcess(dir);
    const { origin, password } = new URL(await engine.url());
    expect(statSync(engine.addressFile).mode & 0o077).toBe(0);
    const ask = (headers: Record<string, string>) => fetch(`${origin}/?query=SELECT+1`, { headers });
    const denied = await ask({});
    expect([denied.status, denied.headers.get("x-clickhouse-exception-code")]).toEqual([403, "516"]);
    expect((await ask({ "X-ClickHouse-Key": `${password}0` })).status).toBe(403);
    expect((await ask({ "X-ClickHouse-Key": password })).status).toBe(200);
    expect((await fetch(`${origin}/ping`)).status).toBe(200);
    await engine.close();
  });

  it("ends with the process that started it, also when that is killed", async () => {
    // What the system does with the pipe of a killed process, this test does to the pipe's other end.
    const args = ["server.mjs", "--dir", dir, "--address-file", `${dir}.url`, "--tethered"];
    const child = spawn(process.execPath, args, { cwd: ENGINE, stdio: ["pipe", "pipe", "inherit"] });
    await once(child.stdout, "data");
    const pid = child.pid!;
    child.stdin.destroy();
    const [code] = (await once(child, "exit")) as [number];
    await untilGone(pid);
    expect(code).toBe(0);
    expect(existsSync(`${dir}.url`)).toBe(false);
  });

  it("says what is missing where its package is not installed", async () => {
    const bare = path.join(folder, "bare");
    cpSync(ENGINE, bare, { recursive: true });
    const engine = new EngineProcess(dir, path.join(bare, "server.mjs"));
    await expect(engine.url()).rejects.toMatchObject({ code: "bad_config", message: expect.stringContaining("npm package `chdb`, which is not installed here") as string });
    await engine.close();
  });

  it("needs one of url and path", () => {
    expect(() => openAnalytics({})).toThrow(/either `url` or `path`/);
    expect(() => openAnalytics({ path: dir, url: "http://127.0.0.1:1" })).toThrow(/exactly one/);
  });
});
