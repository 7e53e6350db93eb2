import { COST_MICRO_USD, FundingDesk, MORNING } from "./testing/funding-desk";

const DAY = 86_400_000_000;
const MINUTE = 60_000_000;
const TENANTS = (terms: string) => `timeZone: Europe/Berlin\ntenants: { acme: { ${terms} } }`;

describe("limits on spending", () => {
  let desk: FundingDesk;
  afterEach(() => desk.ledger.close());
  const many = async (count: number, prefix: string, asked: Parameters<FundingDesk["fund"]>[1] = {}) => {
    const outcomes = [];
    for (let index = 0; index < count; index++) outcomes.push(await desk.fund(`${prefix}${index}`, asked));
    return outcomes;
  };
  const funded = (outcomes: Awaited<ReturnType<typeof many>>) => outcomes.filter(({ funding }) => funding !== null).length;
  const codes = (outcomes: Awaited<ReturnType<typeof many>>) => new Set(outcomes.flatMap(({ refusal }) => refusal?.code ?? []));

  test("I3 a runaway agent: a loop of 1,000 requests in one run stops at the run's limit, for good, and is told once; other runs go on", async () => {
    desk = await FundingDesk.open(TENANTS("capUsd: 100, eachAgentRun: { limits: [{ capRequests: 200, window: total }] }"));
    const outcomes = await many(1_000, "q", { agentRun: "night-job" });
    expect(funded(outcomes)).toBe(200);
    expect(outcomes.slice(0, 200).every(({ funding }) => funding !== null)).toBe(true);
    expect(codes(outcomes)).toEqual(new Set(["budget_exceeded"]));
    const alerts = outcomes.flatMap(({ alerts }) => alerts);
    expect(new Set(alerts.map(({ eventId }) => eventId))).toEqual(new Set(["run:acme/night-job.runaway"]));
    expect(alerts[0]).toMatchObject({ kind: "runaway", scope: "run:acme/night-job", unit: "requests", cap: 200, settled: 200, band: "exceeded" });
    expect(funded(await many(1, "later", { agentRun: "night-job", receivedAt: MORNING + 30 * DAY }))).toBe(0);
    expect(funded(await many(3, "other", { agentRun: "day-job" }))).toBe(3);
    expect(funded(await many(3, "none"))).toBe(3);
  });

  test("I3 the same in dollars: what a run holds and has spent is never above its cap", async () => {
    desk = await FundingDesk.open(TENANTS(`capUsd: 100, eachAgentRun: { capUsd: "${(50 * COST_MICRO_USD) / 1e6}", window: total }`));
    const outcomes = [];
    for (let index = 0; index < 120; index++) {
      const outcome = await desk.fund(`q${index}`, { agentRun: "loop" });
      if (outcome.funding) await desk.spend(`q${index}`);
      outcomes.push(outcome);
    }
    expect(funded(outcomes)).toBe(50);
    for (const { settled, reserved } of await desk.ledger.balances("run:acme/loop")) expect([settled, reserved]).toEqual([50 * COST_MICRO_USD, 0]);
    expect(outcomes.at(-1)!.alerts).toMatchObject([{ kind: "runaway", unit: "usd", cap: 50 * COST_MICRO_USD }]);
  });

  test("a run that is too fast is refused for the rest of its minute", async () => {
    desk = await FundingDesk.open(TENANTS("capUsd: 100, eachAgentRun: { limits: [{ capRequests: 5, window: minute }] }"));
    const outcomes = await many(20, "q", { agentRun: "fast" });
    expect([funded(outcomes), [...codes(outcomes)]]).toEqual([5, ["rate_limited"]]);
    expect(outcomes.at(-1)!.alerts).toMatchObject([{ eventId: "run:acme/fast.runaway", cap: 5 }]);
    expect(funded(await many(1, "next", { agentRun: "fast", receivedAt: MORNING + MINUTE }))).toBe(1);
  });

  test("a daily cap: what the day has left is granted, the rest waits for tomorrow, where the tenant lives", async () => {
    desk = await FundingDesk.open(TENANTS(`capUsd: 100, limits: [{ capUsd: "${(10 * COST_MICRO_USD) / 1e6}", window: day }]`));
    expect(funded(await many(25, "q"))).toBe(10);
    const lastMinute = Date.parse("2026-11-21T22:59:00Z") * 1_000;
    expect(funded(await many(1, "late", { receivedAt: lastMinute }))).toBe(0);
    expect(funded(await many(1, "tomorrow", { receivedAt: lastMinute + MINUTE }))).toBe(1);
  });

  test("a provider's part of the budget: when it is spent the plan goes on without it, and what has no other way is refused", async () => {
    desk = await FundingDesk.open(TENANTS(`capUsd: 100, providers: { p: { capUsd: "${(4 * COST_MICRO_USD) / 1e6}" } }`));
    const planned = async (id: string, fallbacks: readonly string[]) => {
      const { funding, refusal } = await desk.fund(id, { fallbacks });
      return funding ? funding.plan.map(({ candidate }) => candidate) : refusal?.code;
    };
    for (const id of ["a", "b", "c", "d"]) expect(await planned(id, ["e"])).toEqual(["d", "e"]);
    expect(await planned("f", ["e"])).toEqual(["e"]);
    expect(await planned("g", [])).toBe("budget_exceeded");
  });

  test("a throttle by band: a department over its budget gets its requests a minute, an escalation and another minute are not in the way", async () => {
    const rules = `rules:\n  - { id: all, allow: all }\n  - { id: slow, oblige: { requestsPerMinuteMax: 3 }, when: { budgetBandDepartment: exceeded } }`;
    desk = await FundingDesk.open(TENANTS("capUsd: 100"), rules);
    const exceeded = { state: { budgetBandDepartment: "exceeded" } };
    const outcomes = await many(10, "q", exceeded);
    expect(funded(outcomes)).toBe(3);
    expect(outcomes.at(-1)!.refusal).toMatchObject({ code: "rate_limited", message: "`department:acme/Sales` takes at most 3 requests a minute; come back at 2026-11-21T08:16:00Z" });
    expect(outcomes.at(-1)!.alerts).toEqual([]);
    expect((await desk.fund("q0", exceeded)).funding).not.toBeNull();
    expect(funded(await many(2, "next", { ...exceeded, receivedAt: MORNING + MINUTE }))).toBe(2);
    expect(funded(await many(10, "fine", { state: { budgetBandDepartment: "ok" } }))).toBe(10);
  });

  test("a declared rate and a throttle: the lower one holds", async () => {
    const rules = `rules:\n  - { id: all, allow: all }\n  - { id: slow, oblige: { requestsPerMinuteMax: 4 } }`;
    desk = await FundingDesk.open(TENANTS("capUsd: 100, departments: { Sales: { capUsd: 50, limits: [{ capRequests: 2, window: minute }] } }"), rules);
    expect(funded(await many(8, "q"))).toBe(2);
  });
});
