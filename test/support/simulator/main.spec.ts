import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { readCalls, readOptions, type Bill } from "./index";

describe("the simulator process", () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "simulator-"));
    const entry = path.join(import.meta.dirname, "main.ts");
    await build({
      entryPoints: [entry],
      outfile: path.join(folder, "main.mjs"),
      bundle: true,
      format: "esm",
      platform: "node",
    });
  });
  afterAll(async () => {
    child?.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  async function start(...args: string[]): Promise<string> {
    child = spawn(process.execPath, [path.join(folder, "main.mjs"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, "data")) as [Buffer];
    return /^simulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line.toString())?.[1] ?? "";
  }

  async function post(url: string, body: object): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: "Bearer k", "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  }

  it("takes its configuration, is controlled while it runs, and leaves its calls on SIGTERM", async () => {
    const config = path.join(folder, "config.json");
    const calls = path.join(folder, "calls.jsonl");
    await writeFile(
      config,
      JSON.stringify({ models: { tiny: { skill: 0.2 } }, strictModels: true, faults: [{ sequence: ["error=503"] }] }),
    );
    const url = await start("--port", "0", "--config", config, "--calls", calls, "--seed", "9");
    const chat = (model: string) =>
      post(`${url}/v1/chat/completions`, { model, messages: [{ role: "user", content: "x" }] });
    expect((await chat("tiny")).status).toBe(503);
    expect((await chat("tiny")).status).toBe(200);
    expect((await chat("other")).status).toBe(404);
    const controlled = await post(`${url}/_control`, {
      clear: true,
      models: { other: { skill: 0.5, price: { input: "1000000", output: "1000000" } } },
      script: { id: "down", model: "tiny", fault: "error=500", timesMax: 1 },
    });
    expect(controlled).toMatchObject({ status: 200, body: { ok: true, rules: [{ id: "down", matched: 0 }] } });
    expect((await chat("tiny")).status).toBe(500);
    expect((await chat("other")).status).toBe(200);
    const bill = (await (await fetch(`${url}/_bill`)).json()) as Bill;
    expect(bill).toMatchObject({ calls: 5, billedCalls: 2 });
    child?.kill("SIGTERM");
    await once(child as ChildProcess, "exit");
    const written = await readCalls(calls);
    expect(written.map(({ status }) => status)).toEqual([503, 200, 404, 500, 200]);
    expect(written.every(({ ended }) => ended)).toBe(true);
  });

  it("says what is wrong with a control command and with a configuration", async () => {
    const url = await start();
    for (const command of [{ scirpt: [] }, { script: { fault: "refuze" } }, { models: { x: { skill: 7 } } }]) {
      expect(await post(`${url}/_control`, command)).toMatchObject({
        status: 400,
        body: { ok: false, error: expect.stringMatching(/`/) },
      });
    }
    expect(() => readOptions('{"sede": 1}')).toThrow("unknown simulator option `sede`");
    child?.kill("SIGKILL");
  });
});
