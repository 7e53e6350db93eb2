import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { anthropic, openAi } from "../clients";
import { billOf, promptDigest, readCalls, startSimulator, type Bill, type CallPage, type Simulator } from "../index";

const PRICE = { input: 3_000_000_000n, output: "15000000000", cachedInput: 300_000_000 };

async function json<T>(simulator: Simulator, pathAndQuery: string): Promise<T> {
  return (await (await fetch(simulator.url + pathAndQuery)).json()) as T;
}

function ask(simulator: Simulator, content: string, headers: Record<string, string> = {}) {
  return openAi(simulator).chat.completions.create(
    { model: "priced", messages: [{ role: "user", content }] },
    { headers },
  );
}

describe("the call log", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "calls-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const start = (more: object = {}) =>
    startSimulator({ recorded: false, models: { priced: { skill: 1, price: PRICE } }, ...more });

  it("holds who called, what for, and what it costs to the nano-dollar", async () => {
    await using simulator = await start();
    const data = await ask(simulator, "Explain netting.", {
      "x-leverframe-permit": "permit-1",
      "x-leverframe-attempt": "attempt-1",
      "x-leverframe-request": "request-1",
    });
    const usage = data.usage;
    const nano = BigInt(usage?.prompt_tokens ?? 0) * 3_000n + BigInt(usage?.completion_tokens ?? 0) * 15_000n;
    expect(simulator.calls).toHaveLength(1);
    expect(simulator.calls[0]).toMatchObject({
      seq: 1,
      api: "openai",
      provider: "openai",
      model: "priced",
      path: "/v1/chat/completions",
      permit: "permit-1",
      attempt: "attempt-1",
      request: "request-1",
      promptDigest: promptDigest(["Explain netting."]),
      status: 200,
      faults: [],
      quality: "good",
      billedNanoUsd: String(nano),
      clientDisconnected: false,
    });
    expect(simulator.bill()).toMatchObject({ calls: 1, billedCalls: 1, billedNanoUsd: String(nano) });
  });

  it("is fetched page by page, with its bill", async () => {
    await using simulator = await start();
    for (const content of ["a", "b [[sim:error=500]]", "c"]) await ask(simulator, content).catch(() => null);
    await anthropic(simulator).messages.create({
      model: "claude-haiku-4-5",
      max_tokens: 9,
      messages: [{ role: "user", content: "d" }],
    });
    const first = await json<CallPage>(simulator, "/_calls?limit=3");
    expect(first.calls.map(({ seq, status }) => [seq, status])).toEqual([
      [1, 200],
      [2, 500],
      [3, 200],
    ]);
    const rest = await json<CallPage>(simulator, `/_calls?since=${first.next}`);
    expect(rest.calls.map(({ seq }) => seq)).toEqual([4]);
    expect(await json<CallPage>(simulator, `/_calls?since=${rest.next}`)).toMatchObject({ calls: [], next: 4 });
    const bill = await json<Bill>(simulator, "/_bill");
    expect(bill).toEqual(simulator.bill());
    expect(bill).toEqual(billOf(simulator.calls));
    expect(Object.keys(bill.byModel)).toEqual(["priced", "claude-haiku-4-5"]);
    expect(bill.byProvider["anthropic"]?.calls).toBe(1);
  });

  it("names the provider that the URL names", async () => {
    await using simulator = await start();
    simulator.script({ provider: "azure-eu", fault: "error=503" });
    const headers = { authorization: "Bearer k", "content-type": "application/json" };
    const body = JSON.stringify({ model: "priced", messages: [{ role: "user", content: "x" }] });
    const statuses = [];
    for (const prefix of ["", "/azure-eu"]) {
      statuses.push(
        (await fetch(`${simulator.url}${prefix}/v1/chat/completions`, { method: "POST", headers, body })).status,
      );
    }
    expect(statuses).toEqual([200, 503]);
    expect(simulator.calls.map(({ provider }) => provider)).toEqual(["openai", "azure-eu"]);
  });

  it("keeps the bill complete when it forgets the oldest calls", async () => {
    await using simulator = await start({ callsMax: 10 });
    for (let index = 0; index < 25; index++) await ask(simulator, `Question ${index}`);
    expect(simulator.calls.length).toBeLessThanOrEqual(10);
    expect(simulator.bill().calls).toBe(25);
    const page = await json<CallPage>(simulator, "/_calls");
    expect(page.calls[0]?.seq).toBe(page.forgotten + 1);
    expect(page.next).toBe(25);
  });

  it("is appended to a file that a later run continues", async () => {
    const file = path.join(folder, "deep", "calls.jsonl");
    const runs: string[] = [];
    for (const content of ["first", "second"]) {
      const simulator = await start({ callsFile: file });
      runs.push(simulator.run);
      await ask(simulator, content);
      await ask(simulator, `${content} again`);
      await simulator.close();
      const written = (await readCalls(file)).filter(({ run }) => run === simulator.run);
      expect(written).toEqual(simulator.calls);
    }
    const calls = await readCalls(file);
    expect(calls.map(({ run, seq, ended }) => [run, seq, ended])).toEqual([
      [runs[0], 1, true],
      [runs[0], 2, true],
      [runs[1], 1, true],
      [runs[1], 2, true],
    ]);
  });

  it("has a call in the file while it is under way", async () => {
    const file = path.join(folder, "open.jsonl");
    await using simulator = await start({ callsFile: file });
    const aborter = new AbortController();
    const call = openAi(simulator)
      .chat.completions.create(
        { model: "priced", messages: [{ role: "user", content: "[[sim:timeout]]" }] },
        { signal: aborter.signal },
      )
      .catch((error: Error) => error.message);
    while (simulator.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await simulator.flush();
    expect(await readCalls(file)).toEqual([expect.objectContaining({ seq: 1, ended: false, status: null })]);
    aborter.abort();
    expect(await call).toMatch(/abort/i);
  });

  it("survives a line that a killed process left half-written", async () => {
    const file = path.join(folder, "torn.jsonl");
    await writeFile(file, '{"run":"killed","seq":1,"atMs":17');
    const simulator = await start({ callsFile: file });
    await ask(simulator, "x");
    await simulator.close();
    expect(await readCalls(file)).toEqual(simulator.calls);
  });

  it("takes a thousand concurrent calls, one entry each", async () => {
    await using simulator = await start();
    const headers = { authorization: "Bearer k", "content-type": "application/json" };
    const send = async (index: number): Promise<number> => {
      const body = JSON.stringify({ model: "priced", messages: [{ role: "user", content: `Question ${index}` }] });
      const response = await fetch(`${simulator.url}/v1/chat/completions`, { method: "POST", headers, body });
      await response.text();
      return response.status;
    };
    const statuses = await Promise.all(Array.from({ length: 1_000 }, (_, index) => send(index)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(new Set(simulator.calls.map(({ promptDigest: digest }) => digest)).size).toBe(1_000);
    expect(simulator.calls.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  });
});
