import { openAi } from "./clients";
import { startSimulator, type Simulator } from "./index";
import { sampleLatency } from "./latency";
import { Random } from "./random";

const PROMPTS = Array.from({ length: 40 }, (_, index) => `Question ${index % 20} about invoices`);
const FAULTS = [
  { probability: 0.4, fault: "error=500" },
  { probability: 0.3, fault: "empty" },
];

function askAll(simulator: Simulator, prompts: readonly string[]): Promise<string[]> {
  const client = openAi(simulator);
  return Promise.all(
    prompts.map((content) =>
      client.chat.completions.create({ model: "mistral-small", messages: [{ role: "user", content }] }).then(
        (data) => `${data.id} ${data.choices[0]?.message.content}`,
        (error: Error) => error.message,
      ),
    ),
  );
}

async function outcomes(seed: number, prompts = PROMPTS): Promise<string[]> {
  await using simulator = await startSimulator({ recorded: false, seed, faults: FAULTS });
  return await askAll(simulator, prompts);
}

describe("a seed", () => {
  it("gives the same faults and answers again, and another seed others", async () => {
    const first = await outcomes(7);
    expect((await outcomes(7)).toSorted()).toEqual(first.toSorted());
    expect((await outcomes(8)).toSorted()).not.toEqual(first.toSorted());
  });

  it("gives each call the same outcome in whatever order calls arrive", async () => {
    const prompts = PROMPTS.slice(0, 20);
    expect((await outcomes(7, prompts.toReversed())).toReversed()).toEqual(await outcomes(7, prompts));
  });

  it("starts anew after a reset, sequences and configured faults included", async () => {
    await using simulator = await startSimulator({ recorded: false, faults: [{ sequence: ["error=500", "empty"] }] });
    const prompts = PROMPTS.slice(0, 1);
    const first = [await askAll(simulator, prompts), await askAll(simulator, prompts)];
    simulator.script({ fault: "refuse" });
    simulator.reset();
    expect([await askAll(simulator, prompts), await askAll(simulator, prompts)]).toEqual(first);
    expect(simulator.calls).toHaveLength(2);
  });
});

describe("latency", () => {
  it("follows the lognormal distribution's p50 and p99, the first token before the last", () => {
    const random = new Random(3);
    const total = { kind: "lognormal", p50Ms: 400, p99Ms: 2_000 } as const;
    const firstToken = { kind: "lognormal", p50Ms: 300, p99Ms: 900 } as const;
    const samples = Array.from({ length: 20_000 }, () => sampleLatency({ total, firstToken }, random));
    const sorted = samples.map(({ totalMs }) => totalMs).toSorted((a, b) => a - b);
    expect(sorted[10_000]).toBeGreaterThan(380);
    expect(sorted[10_000]).toBeLessThan(420);
    expect(sorted[19_800]).toBeGreaterThan(1_750);
    expect(sorted[19_800]).toBeLessThan(2_250);
    expect(samples.every(({ totalMs, firstTokenMs }) => firstTokenMs <= totalMs)).toBe(true);
  });

  it("paces a stream: the first token long before the last", async () => {
    const latency = { total: { kind: "fixed", ms: 250 }, firstToken: { kind: "fixed", ms: 40 } } as const;
    await using simulator = await startSimulator({ recorded: false, models: { paced: { skill: 1, latency } } });
    const arrivals = async (): Promise<number[]> => {
      const from = performance.now();
      const stream = await openAi(simulator).chat.completions.create({
        model: "paced",
        stream: true,
        messages: [{ role: "user", content: "Explain netting." }],
      });
      const at: number[] = [];
      for await (const chunk of stream) {
        expect(chunk.object).toBe("chat.completion.chunk");
        at.push(performance.now() - from);
      }
      return at;
    };
    let apartMs = 0;
    // A reader that stood still would find the first and the last together, though they were sent apart.
    for (let tries = 0; tries < 20 && apartMs <= 100; tries++) {
      const at = await arrivals();
      expect(at[0]).toBeGreaterThanOrEqual(38);
      expect(at.at(-1)).toBeGreaterThanOrEqual(200);
      apartMs = at.at(-1)! - at[0]!;
    }
    expect(apartMs).toBeGreaterThan(100);
  });
});
