import { AccountBook, verifyJournal } from "@leverframe/budget";
import { GovernedJourney, SHIPPED } from "./governed-journey";

const [ANTHROPIC, OPENAI] = ["anthropic/claude-sonnet-4-8", "openai/gpt-5.4"];
const SCOPE = "provider:acme/anthropic";
const draft = { department: "Legal", riskClass: "high", taskType: "contract_review", text: "Review this clause." } as const;
const choosing = (choice: string, ...fallbacks: string[]) => ({ choice, fallbacks, strategy: "test", reason: "r", confidence: 1, expectedCostNanoUsd: 0n, expectedQuality: 1, excluded: [] });

describe("the budget of a provider in the shipped policies", () => {
  let journey: GovernedJourney;
  beforeEach(() => {
    journey = new GovernedJourney();
  });
  afterEach(() => journey.ledger.close());
  const permitted = () => {
    const found = journey.permit(draft);
    if (!found) throw new Error("Legal may ask");
    return found;
  };
  const settledOf = async (scope: string) => (await journey.ledger.balances(scope)).find(({ unit }) => unit === "usd");

  it("is charged what goes to the provider and nothing else, from the plan to the settled call", async () => {
    await journey.select(permitted(), choosing(OPENAI));
    expect((await settledOf("department:acme/Legal"))?.settled).toBeGreaterThan(0);
    expect(await settledOf(SCOPE)).toBeUndefined();
    const before = (await settledOf("department:acme/Legal"))?.settled ?? 0;
    await journey.select(permitted(), choosing(ANTHROPIC, OPENAI));
    const charged = ((await settledOf("department:acme/Legal"))?.settled ?? 0) - before;
    expect(await settledOf(SCOPE)).toMatchObject({ settled: charged });
    expect(journey.calls.map(({ deployment }) => deployment.id)).toEqual([OPENAI, ANTHROPIC]);
    expect(verifyJournal(await journey.ledger.outbox.read(100), await journey.ledger.balances())).toEqual([]);
  });

  it("I3 no overspend: when it is used up, the rest of the chain answers; a plan of nothing else is not paid", async () => {
    const { receivedAt } = permitted().selected.origin;
    const book = new AccountBook(SHIPPED.budgets.caps, SHIPPED.budgets.timeZoneDefault);
    const [account] = book.accountsIn(SCOPE, receivedAt);
    if (!account) throw new Error("the shipped budgets cap the provider");
    const times = { fromMicros: 0, untilMicros: receivedAt * 2, nowMicros: receivedAt };
    const gone = { overrideId: "o", tenant: "acme", scope: SCOPE, window: account.window, unit: account.unit, deltaCap: -(account.cap ?? 0), by: "test", reason: "used up", declaredCap: account.cap };
    expect(await journey.ledger.override({ ...gone, ...times })).toEqual({ status: "created", cap: 0 });
    const outcome = await journey.select(permitted(), choosing(ANTHROPIC, OPENAI));
    expect(outcome?.attempts.map(({ candidate }) => candidate)).toEqual([OPENAI]);
    expect(await journey.select(permitted(), choosing(ANTHROPIC))).toBeNull();
    expect(journey.calls.map(({ deployment }) => deployment.id)).toEqual([OPENAI]);
  });
});
