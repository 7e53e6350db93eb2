import { createTokenCounter } from "@leverframe/tokenizers";
import { GovernedJourney, SHIPPED } from "./governed-journey";

const count = createTokenCounter();
const MODEL = "openai/gpt-5.4-mini";
const CONTEXT = SHIPPED.catalog.byId.get(MODEL)!.model.contextTokensMax;
/** More bytes than any context has tokens, and about a quarter as many tokens. */
const text = `Summarise this text: ${"The signalman pulls the lever, and the points follow. ".repeat(9_000)}`;
const draft = { department: "R&D", riskClass: "low", taskType: "summarise", text } as const;
const selection = { choice: MODEL, fallbacks: [], strategy: "test", reason: "r", confidence: 1, expectedCostNanoUsd: 0n, expectedQuality: 1, excluded: [] };

async function journey(counts: ConstructorParameters<typeof GovernedJourney>[0]) {
  const made = new GovernedJourney(counts);
  const permitted = await made.permitCounted(draft, count);
  const outcome = permitted && (await made.select(permitted, selection));
  await made.ledger.close();
  return { permitted, outcome, calls: made.calls };
}

describe("a prompt of more bytes than any model takes tokens", () => {
  it("is refused by its bytes, and goes its whole way by its tokens: gate, ledger and executor count the same", async () => {
    expect(Buffer.byteLength(text)).toBeGreaterThan(CONTEXT);
    expect(await new GovernedJourney().permitCounted(draft, async (_tokenizer, given) => Buffer.byteLength(given))).toBeNull();
    const { permitted, outcome, calls } = await journey({ ledger: count, executor: count });
    expect(permitted?.permit.candidates.map(({ id }) => id)).toContain(MODEL);
    expect(Number(permitted?.permit.state["inputTokens.gpt-5.4-mini"])).toBeLessThan(CONTEXT / 3);
    expect(calls.map(({ deployment }) => deployment.id)).toEqual([MODEL]);
    expect(outcome?.attempts).toMatchObject([{ candidate: MODEL, outcome: "succeeded" }]);
  });

  it("I2 no unfunded call: an executor that cannot count calls nobody on the gate's word", async () => {
    const { outcome, calls } = await journey({ ledger: count });
    expect(calls).toEqual([]);
    expect(outcome?.failure?.message).toContain("do not fit");
  });
});
