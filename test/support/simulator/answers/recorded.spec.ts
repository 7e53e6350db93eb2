import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openAi } from "../clients";
import { startSimulator, type Simulator } from "../index";

describe("recorded data sets", () => {
  let folder: string;
  let simulator: Simulator;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "recorded-"));
    const arena = {
      prompt: "What is 2 + 2?",
      score: { big: 1, small: 0 },
      answer: { big: "The sum is 4.", small: "The sum is 5." },
    };
    const mmlu = { prompt: "Pick one.\nA. x\nB. y\nC. z", correct: [1, 0], pred: "BC", out_chars: [300, 40] };
    await writeFile(path.join(folder, "routerarena_sub10_2models.jsonl"), `${JSON.stringify(arena)}\n`);
    await writeFile(path.join(folder, "mmlu_pro_17models.jsonl"), `${JSON.stringify(mmlu)}\n`);
    await writeFile(path.join(folder, "mmlu_pro_17models.models.json"), JSON.stringify(["big", "small"]));
    simulator = await startSimulator({
      recorded: folder,
      models: { best: { skill: 0, recordedAs: ["absent", "big"] }, cheap: { skill: 1, recordedAs: ["small"] } },
    });
  });
  afterAll(async () => {
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  async function answer(model: string, content: string): Promise<string> {
    const messages = [
      { role: "system" as const, content: "Be exact." },
      { role: "user" as const, content },
    ];
    const data = await openAi(simulator).chat.completions.create({ model, messages });
    return data.choices[0]?.message.content ?? "";
  }

  it("answer as the mapped model did, with its correctness", async () => {
    expect(await answer("best", "What is 2 + 2? [[sim:slow=1]]")).toBe("The sum is 4.");
    expect(await answer("cheap", " What is 2 + 2?\n")).toBe("The sum is 5.");
    expect(simulator.calls.map(({ recorded, quality }) => [recorded, quality])).toEqual([
      [true, "good"],
      [true, "weak"],
    ]);
  });

  it("answer with the letter and about the length where only these were published", async () => {
    const long = await answer("best", "Pick one.\nA. x\nB. y\nC. z");
    expect(long).toMatch(/The answer is \(B\)\.$/);
    expect(long.length).toBeGreaterThan(250);
    expect(await answer("cheap", "Pick one.\nA. x\nB. y\nC. z")).toMatch(/The answer is \(C\)\.$/);
  });

  it("leave other prompts, other models and absent folders to the skill", async () => {
    await answer("cheap", "What is 3 + 3?");
    await answer("mistral-small", "What is 2 + 2?");
    expect(simulator.calls.slice(-2).map(({ recorded }) => recorded)).toEqual([false, false]);
    await using bare = await startSimulator({ recorded: path.join(folder, "absent") });
    await openAi(bare).chat.completions.create({
      model: "best",
      messages: [{ role: "user", content: "What is 2 + 2?" }],
    });
    expect(bare.calls[0]).toMatchObject({ recorded: false });
  });
});
