import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { runCommandLine } from "../program";

const folder = mkdtempSync(path.join(tmpdir(), "classify-eval-"));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (id: string, text: string, riskClass: string, signals: readonly string[], taskType = "chat") =>
  JSON.stringify({ id, language: "en", department: "HR", text, labels: { taskType, riskClass, signals, hard_negative: riskClass === "low" } });

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const code = await runCommandLine(["classify", "eval", ...argv], {
    isInteractive: false, columns: 120, stdin: new PassThrough(), out: (text) => void (said.out += `${text}\n`), outPart: (text) => void (said.out += text), err: (text) => void (said.err += `${text}\n`),
  });
  return { code, ...said };
}

describe("classify eval", () => {
  beforeAll(() => {
    const lines = [
      line("a", "Good morning!", "low", []), line("b", "Charge 4111 1111 1111 1111", "high", ["pii_financial"]),
      line("c", "The medical records of ward 3", "regulated", ["phi"]), line("d", "Good evening!", "high", ["secret"]),
    ];
    writeFileSync(path.join(folder, "set.jsonl"), lines.join("\n"));
  });

  it("says for each half how labels and classifications compare, and what a request cost", async () => {
    const { code, out } = await run("--set", folder, "--misses");
    expect(code).toBe(0);
    expect(out).toMatch(/HALF: \d requests?/);
    expect(out).toMatch(/RISK CLASSES, LABELLED \(ROWS\) AND FOUND \(COLUMNS\)/);
    expect(out).toMatch(/d +riskClass +high +low/);
    expect(out).toMatch(/CPU \d+ µs a request/);
  });

  it("gives the same as JSON, every request in one half", async () => {
    const { out } = await run("--set", folder, "--format", "json");
    const { halves, cpu } = JSON.parse(out) as { halves: { score: { requests: number; misses: { id: string; what: string }[] } }[]; cpu: { meanMicros: number } };
    expect(halves.reduce((sum, { score }) => sum + score.requests, 0)).toBe(4);
    expect(new Set(halves.flatMap(({ score }) => score.misses.filter(({ what }) => what === "riskClass").map(({ id }) => id)))).toEqual(new Set(["d"]));
    expect(cpu.meanMicros).toBeGreaterThan(0);
  });

  it.each([
    ["a folder that is not there", ["--set", path.join(folder, "none")], /--set: `.*none` is no folder/],
    ["a folder without requests", ["--set", mkdtempSync(path.join(folder, "empty-"))], /holds no labelled request/],
  ])("names %s", async (_name, argv, message) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});
