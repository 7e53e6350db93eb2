import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { existsSync, writeFileSync } from "node:fs";
import { withTemporaryFolder } from "./testing/temporary-installation";

const root = path.resolve(import.meta.dirname, "../../..");
const MAIN = path.join(root, "dist", "cli", "main.js");
const TRIES_MAX = 100;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const flags = ["--disable-warning=ExperimentalWarning", MAIN];

function started(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...flags, ...args], { cwd: root, env: withoutKeys() });
}

function withoutKeys(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.endsWith("_API_KEY") && !name.startsWith("LEVERFRAME_")));
}

async function run(...args: readonly string[]): Promise<Ended> {
  const child = started(...args);
  let [out, err] = ["", ""];
  child.stdout!.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const code = await ended(child);
  return { code, out, err };
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("close", resolve));

/** Resolves with what was printed until `text` appeared in it. */
function printed(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = "";
    child.once("close", () => reject(new Error(`ended without \`${text}\`: ${out}`)));
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on("data", (chunk: Buffer) => {
        out += chunk.toString();
        if (out.includes(text)) resolve(out);
      });
    }
  });
}

describe("the command line as a process", () => {
  // Not built here: other suites run what lies there at the same time.
  beforeAll(() => {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run \`npm run build\``);
  });

  test("up --simulate, then send, report, explain and responses from other processes, until SIGINT", () =>
    withTemporaryFolder(async (folder) => {
      const up = started("--data-dir", folder, "up", "--simulate");
      const gone = ended(up);
      try {
        const shown = await printed(up, "Ctrl-C stops.");
        for (const fact of ["embedded profile", "/ready", folder, "SIMULATED", "nothing is billed"]) expect(shown).toContain(fact);

        const file = path.join(folder, "r.jsonl");
        writeFileSync(file, '{"text":"Translate into German: hello","department":"Sales"}\noops\n{"text":"Plan the trucks","department":"Logistics"}\n');
        const sent = await run("--data-dir", folder, "send", file, "--format", "json");
        const answers = sent.out.trim().split("\n").map((line) => JSON.parse(line) as { line: number; status: string; requestId: string });
        expect(sent.code).toBe(1);
        expect(sent.err).toContain(`${file}:2: not JSON`);
        expect(answers.map(({ line, status }) => `${line} ${status}`).sort()).toEqual(["1 answered", "3 refused"]);

        const { requestId } = answers.find(({ line }) => line === 1)!;
        const explained = await eventually(() => run("--data-dir", folder, "explain", requestId), ({ code }) => code === 0);
        for (const fact of [`Request ${requestId}: answered`, "department", "ROUND 1 →", "reserved as the worst case", "✓ non_empty", "IN THE END"]) {
          expect(explained.out).toContain(fact);
        }
        const report = await eventually(() => run("--data-dir", folder, "report", "spend", "--format", "json"), ({ out }) => JSON.parse(out).length === 2);
        expect(JSON.parse(report.out)).toContainEqual(expect.objectContaining({ department: "Sales", requests: 1, answered: 1 }));
        const responses = await run("--data-dir", folder, "responses", "--format", "json");
        expect(responses.out.trim().split("\n")).toHaveLength(2);
      } finally {
        up.kill("SIGINT");
      }
      expect(await gone).toBe(0);
    }));
});

/** What another process stores is there a moment later. */
async function eventually(ask: () => Promise<Ended>, isThere: (ended: Ended) => boolean): Promise<Ended> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (isThere(answer) || tries === TRIES_MAX) return answer;
  }
}
