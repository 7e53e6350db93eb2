import { JournalFold, snapshotOf, verifyJournal } from "@leverframe/budget";
import type { Attempt, Executed } from "@leverframe/events";
import { decodeOutcome } from "@leverframe/execution";
import { attemptId, reservationId } from "@leverframe/kernel";
import { COST_MICRO_USD, FundingDesk, MORNING } from "./testing/funding-desk";

const BUDGETS = "tenants: { acme: { capUsd: 1 } }";
const USAGE = { inputTokens: 5, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 };

const attemptOf = (requestId: string, ordinal: number, over: Partial<Attempt> = {}): Attempt => ({
  attemptId: attemptId(reservationId(requestId, 0), ordinal), candidate: "d", provider: "p", model: "big", region: "eu", startedAt: MORNING, latencyMicros: 9,
  outcome: "succeeded", error: null, usage: USAGE, costNanoUsd: 7_000n, providerRequestId: null, finishReason: "stop", notes: [], ...over,
});

describe("the end of a round, told to a ledger that was rebuilt since", () => {
  let desk: FundingDesk;
  beforeEach(async () => {
    desk = await FundingDesk.open(BUDGETS);
  });
  afterEach(() => desk.ledger.close());

  /** The store loses everything behind the journal's first entries. */
  const rebuilt = async (entries: number) => {
    const fold = new JournalFold();
    for (const entry of (await desk.ledger.outbox.read(99)).slice(0, entries)) fold.add(entry);
    const end = await desk.ledger.position();
    expect(await desk.ledger.restore({ ...snapshotOf(fold, "next"), sequence: end })).toEqual({ status: "restored" });
  };
  const executed = async (requestId: string, attempts: readonly Attempt[]): Promise<Executed> => {
    const { funding } = await desk.fund(requestId);
    const [event] = desk.asked(requestId);
    return { ...event, funding: funding!, attempts: [...attempts], skipped: [], output: { text: "hello", finishReason: "stop", refused: false, toolCalls: [] }, failure: null };
  };
  const tenant = async () => (await desk.ledger.balances("tenant:"))[0];

  it("I2 no unfunded call: charges what the event tells of its calls, and frees the rest", async () => {
    const event = await executed("a", [attemptOf("a", 1)]);
    await rebuilt(1);
    await desk.release(event);
    expect(await tenant()).toMatchObject({ reserved: 0, settled: 7 });
    const kept = await desk.ledger.attempts.begin({ attemptId: event.attempts[0]!.attemptId, reservationId: event.funding.reservationId, worstCaseMicroUsd: 1, owner: "me", nowMicros: MORNING });
    expect(kept.status === "finished" && decodeOutcome(kept.outcome)).toMatchObject({ attempt: { costNanoUsd: 7_000n }, output: { text: "hello" } });
    await desk.release(event);
    expect(await tenant()).toMatchObject({ reserved: 0, settled: 7 });
  });

  it("I3 no overspend: leaves to the sweeper what cannot be charged as it is told: then all that is held is", async () => {
    const event = await executed("a", [attemptOf("a", 1, { costNanoUsd: BigInt(COST_MICRO_USD + 1) * 1_000n, usage: null })]);
    await rebuilt(1);
    await desk.release(event);
    expect(await tenant()).toMatchObject({ reserved: COST_MICRO_USD, settled: 0 });
    expect(await desk.ledger.uncleared()).toMatchObject({ count: 1 });
  });

  it("asks nothing more of a ledger that was not rebuilt", async () => {
    const event = await executed("a", [attemptOf("a", 1)]);
    await desk.release(event);
    expect(await tenant()).toMatchObject({ reserved: 0, settled: 0 });
    expect(verifyJournal(await desk.ledger.outbox.read(99), await desk.ledger.balances())).toEqual([]);
  });
});
