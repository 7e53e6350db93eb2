import { PassThrough } from "node:stream";
import { runCommandLine } from "../program";

async function run(...argv: string[]): Promise<{ code: number; out: string }> {
  const said = { out: "" };
  const code = await runCommandLine(["classify", "explain", ...argv], {
    isInteractive: false, columns: 120, stdin: new PassThrough(), out: (text) => void (said.out += `${text}\n`), outPart: (text) => void (said.out += text), err: () => undefined,
  });
  return { code, ...said };
}

describe("classify explain", () => {
  it("names the signals and the features that weighed most", async () => {
    const { code, out } = await run("Summarise the handover: bed 4, Mrs Ode, dehydrated, on fluids, needs help with eating.");
    expect(code).toBe(0);
    expect(out).toMatch(/task +summarise/);
    expect(out).toMatch(/phi by linear-model@\S+/);
    expect(out).toMatch(/WHAT SPOKE FOR AND AGAINST SUMMARISE\nfeature +weight/);
    expect(out).toMatch(/@finding +\d+/);
  });

  it("gives the same as JSON: weights are whole numbers", async () => {
    const { out } = await run("--format", "json", "Translate: good morning");
    const { classification, explanation } = JSON.parse(out) as { classification: { taskType: string }; explanation: { tasks: { taskType: string }[]; taskFeatures: { weight: number }[] } };
    expect(explanation.tasks[0]!.taskType).toBe(classification.taskType);
    expect(explanation.taskFeatures.length).toBeGreaterThan(0);
    expect(explanation.taskFeatures.every(({ weight }) => Number.isInteger(weight))).toBe(true);
  });
});
