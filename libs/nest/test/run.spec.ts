import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { ToyPlace } from "./toy-app";
import { ToyGate, toyModule, toyProbe } from "./toy-stages";

/** Bundles resolve packages from where they lie, so they go below the workspace. */
function workspace(): string {
  let folder = process.cwd();
  while (!existsSync(path.join(folder, "nx.json"))) folder = path.dirname(folder);
  return folder;
}

const bundle = path.join(workspace(), ".cache", "nest-run-spec", "main.js");

interface Toy {
  readonly child: ChildProcess;
  readonly output: () => string;
  says(text: string): Promise<void>;
  ends(): Promise<number | null>;
}

function start(env: Record<string, string>): Toy {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", bundle], { env: { PATH: process.env["PATH"], ...env } });
  let output = "";
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      for (const wake of waiting) wake();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    child,
    output: () => output,
    ends: () => ended,
    says: (text) =>
      new Promise((resolve) => {
        const check = (): void => (output.includes(text) ? resolve() : undefined);
        waiting.push(check);
        check();
      }),
  };
}

describe("run", () => {
  beforeAll(async () => {
    await build({
      entryPoints: [path.join(workspace(), "libs/nest/test/toy-main.ts")],
      outfile: bundle,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node24",
      packages: "external",
      tsconfig: path.join(workspace(), "tsconfig.base.json"),
      loader: { ".lua": "text", ".sql": "text" },
      logLevel: "warning",
    });
  });

  test("SIGTERM finishes what is in flight, commits it and ends with code 0", async () => {
    const place = new ToyPlace();
    const reader = await place.start(toyModule(toyProbe(), ToyGate));
    const toy = start({ LEVERFRAME_DATA_DIR: place.dataDir });
    await toy.says('"msg":"ready"');
    await place.send(reader, ["one"]);
    await toy.says("handling");
    toy.child.kill("SIGTERM");
    expect(await toy.ends()).toBe(0);
    expect(toy.output()).toContain('"signal":"SIGTERM"');
    expect((await place.read(reader, "classified", 1)).map(({ event }) => event.meta.requestId)).toEqual(["one"]);
    const committed = await reader.log.committed("leverframe.classifier", "requests");
    expect(committed.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(1);
    await place.close();
  });

  test("a bad value ends the start with code 1 and one sentence that says what to change", async () => {
    const toy = start({ LEVERFRAME_HTTP_PORT: "99999", LEVERFRAME_PERMIT_KEYS: "secret" });
    expect(await toy.ends()).toBe(1);
    expect(toy.output().trim().split("\n")).toHaveLength(1);
    expect(toy.output()).toContain("`http.port` is `99999` (set by LEVERFRAME_HTTP_PORT), expected a whole number from 0 to 65535");
    expect(toy.output()).not.toContain("secret");
  });
});
