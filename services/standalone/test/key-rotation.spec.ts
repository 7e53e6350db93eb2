import { readPermit } from "@leverframe/permit";
import { requestOf } from "../../../test/support/installation";
import { STAGE_MODULES } from "../src";
import { StagesHere } from "./stages-here";

const OLD = `old:${"11".repeat(32)}`;
const NEW = `new:${"22".repeat(32)}`;
const GATE = ["classifier", "policy-gate", "selector", "budget-ledger"] as const;
const EXECUTOR = ["executor", "evaluator"] as const;

describe("rotating the key of permits by configuration", () => {
  let here: StagesHere;
  beforeAll(async () => {
    here = await StagesHere.prepare();
  });
  afterAll(() => here?.end());

  const withKeys = (stages: typeof GATE | typeof EXECUTOR, keys: string) => here.start(STAGE_MODULES, { stages, permit: { keys } });
  const kidOf = async (requestId: string) => (await here.client.decisionOn(requestId)).permit?.kid;

  it("I1 an old key is accepted while it is listed, the first one signs, a dropped one makes no call", async () => {
    const { client, simulator } = here;
    // 1: both know the old key. 2: the executor accepts the new one too. 3: the gate signs with it.
    let gate = await withKeys(GATE, OLD);
    let executor = await withKeys(EXECUTOR, `${NEW},${OLD}`);
    const first = requestOf();
    expect(await client.ask(first)).toMatchObject({ status: "answered" });
    expect(await kidOf(first.requestId)).toBe("old");
    await gate.close();
    gate = await withKeys(GATE, `${NEW},${OLD}`);
    const second = requestOf();
    expect(await client.ask(second)).toMatchObject({ status: "answered" });
    expect(await kidOf(second.requestId)).toBe("new");

    // A gate that still signs with the old key when the executor has dropped it: refused, and nobody is called.
    await gate.close();
    await executor.close();
    gate = await withKeys(GATE, OLD);
    executor = await withKeys(EXECUTOR, NEW);
    const calls = simulator.calls.length;
    const third = requestOf();
    expect(await client.ask(third)).toMatchObject({ status: "refused", refusal: { code: "permit_invalid", message: expect.stringContaining("key id `old` is unknown") } });
    expect(simulator.calls.length).toBe(calls);
    expect(readPermit((await client.decisionOn(third.requestId)).permit!.body).requestId).toBe(third.requestId);
  });
});
