import { parseOpenAiRequest } from "../wire/openai-request";
import { ModelProfiles } from "../model-profile";
import { composeAnswer, type Answer } from "./answer";
import { readShape } from "./asked-shape";

const models = new ModelProfiles(
  { sure: { skill: 1 }, hopeless: { skill: 0 }, strong: { skill: 0.9 }, medium: { skill: 0.6 } },
  "instant",
);

interface Order {
  readonly model?: string;
  readonly schema?: object;
  readonly difficulty?: number;
  readonly seed?: number;
}

function answer(content: string, { model = "sure", schema, difficulty, seed = 5 }: Order = {}): Answer {
  const format =
    schema === undefined ? {} : { response_format: { type: "json_schema", json_schema: { name: "x", schema } } };
  const ask = parseOpenAiRequest({ model, messages: [{ role: "user", content }], ...format });
  const order = {
    ask,
    model: models.get(model),
    difficulty: difficulty ?? null,
    quality: null,
    wrongSchema: false,
    seed,
  };
  return composeAnswer(order, null);
}

describe("an answer", () => {
  it.each([
    ['Write a memo with sections "Summary" and "Risks".', ["Summary", "Risks"]],
    [
      "Use the sections: Summary, Open questions and Next steps. Be brief.",
      ["Summary", "Open questions", "Next steps"],
    ],
    ["Fill in this template.\n## Findings\n\n## Actions\n", ["Findings", "Actions"]],
    ['It must contain a "Costs" section.', ["Costs"]],
    ["Which sections of the law apply to leases?", []],
  ])("has the sections that `%s` asks for", (prompt, sections) => {
    expect(readShape(prompt).sections).toEqual(sections);
    const { text } = answer(prompt);
    for (const name of sections) expect(text).toContain(`## ${name}\n`);
  });

  it("keeps to a word limit and is about the prompt", () => {
    const { text } = answer("Explain warehouse shrinkage in at most 12 words.");
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(12);
    expect(answer("Explain warehouse shrinkage.").text).toMatch(/warehouse|shrinkage/);
  });

  it("is good where the prompt is easier than the model is skilled, else weak", () => {
    const prompts = Array.from({ length: 400 }, (_, index) => `Prompt number ${index}`);
    const good = (model: string): boolean[] => prompts.map((prompt) => answer(prompt, { model }).quality === "good");
    const [strong, medium] = [good("strong"), good("medium")];
    expect(good("sure").every(Boolean)).toBe(true);
    expect(good("hopeless").some(Boolean)).toBe(false);
    expect(strong.filter(Boolean).length / 400).toBeCloseTo(0.9, 1);
    expect(medium.filter(Boolean).length / 400).toBeCloseTo(0.6, 1);
    // A stronger model answers well whatever a weaker one does.
    expect(medium.every((well, index) => !well || strong[index])).toBe(true);
    expect(answer("x", { model: "medium", difficulty: 0.59 }).quality).toBe("good");
    expect(answer("x", { model: "medium", difficulty: 0.61 }).quality).toBe("weak");
  });

  it("is weak in one of three ways: terse, hedging, or without an asked section", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { text } = answer('Write sections "Summary" and "Risks" on leases.', { model: "hopeless", seed });
      expect(text).not.toContain("## Risks");
      kinds.add(text.includes("## Summary") ? "omits" : text.length < 20 ? "terse" : "hedge");
    }
    expect(kinds).toEqual(new Set(["omits", "terse", "hedge"]));
  });

  it("chooses the same letter of a multiple-choice question when it is good, another when it is weak", () => {
    const prompt = "Which is a fruit?\nA. brick\nB. apple\nC. lamp\nD. rope";
    const letter = (model: string, seed: number): string =>
      /The answer is \((.)\)/.exec(answer(prompt, { model, seed }).text)?.[1] ?? "";
    expect(letter("sure", 1)).toBe(letter("sure", 2));
    expect(letter("hopeless", 1)).not.toBe(letter("sure", 1));
  });
});

describe("a grading model", () => {
  const schema = {
    type: "object",
    properties: {
      score: { type: "number", minimum: 0, maximum: 10 },
      verdict: { enum: ["fail", "pass"] },
      reason: { type: "string" },
    },
    required: ["score", "verdict", "reason"],
  };
  const task = 'Task: write sections "Summary" and "Risks" on leases.\n\nAnswer:\n';

  it("finds the simulator's weak answers, and errs when it lacks the skill", () => {
    for (let seed = 0; seed < 20; seed++) {
      const graded = (model: string, judge: string): unknown => {
        const text = answer('Write sections "Summary" and "Risks" on leases.', { model, seed }).text;
        return JSON.parse(answer(task + text, { model: judge, schema }).text);
      };
      expect(graded("sure", "sure")).toMatchObject({ verdict: "pass", score: 9 });
      expect(graded("hopeless", "sure")).toMatchObject({ verdict: "fail", score: 2 });
      expect(graded("hopeless", "hopeless")).toMatchObject({ verdict: "pass" });
    }
  });
});

describe("reading a prompt", () => {
  it("costs no more than its length, also for texts made to be expensive", () => {
    const made: readonly ((length: number) => string)[] = [
      (length) => `"xx"${" ".repeat(length)}`,
      (length) => '"ab" and '.repeat(length / 2),
      (length) => "## ".repeat(length),
      (length) => "sections ".repeat(length / 2),
      (length) => "A. ".repeat(length),
    ];
    /** Processor time, which other processes do not add to; the least of some, as it is now and then interrupted. */
    const micros = (text: string): number => Math.min(...Array.from({ length: 5 }, () => {
      const from = process.cpuUsage();
      readShape(text);
      return process.cpuUsage(from).user;
    }));
    for (const textOf of made) {
      const short = Math.max(micros(textOf(4_000)), 1_000);
      // Sixteen times the length: sixteen times the time, not 256 times as with backtracking over pairs of places.
      expect(micros(textOf(64_000)) / short).toBeLessThan(64);
    }
  });
});
