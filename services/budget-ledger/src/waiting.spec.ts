import type { AnyMessage } from "@leverframe/contracts";
import type { HealthBand } from "@leverframe/health";
import type { Classified, Response } from "@leverframe/events";
import { AnswerDesk, DeferralDesk } from "@leverframe/wiring";
import { AccountBooks } from "./account-books";
import { DeferredReleaser } from "./deferred-releaser";
import { roomIn } from "./lane-room";
import { type Asked, COST_MICRO_USD, FundingDesk, MORNING } from "./testing/funding-desk";

const SECOND = 1_000_000;
const SALES = { scope: "department:acme/Sales", window: "2026-11", unit: "usd" as const };
const BUDGETS = `tenants: { acme: { departments: { Sales: { capUsd: "0.00004" } }, limits: [{ capRequests: 100, window: month }] } }`;
const RULES = "rules: [{ id: all, allow: all }, { id: waits, oblige: { deferSecondsMax: 60 } }]";

describe("requests that wait for budget", () => {
  let desk: FundingDesk;
  let now: number;
  let published: AnyMessage[];
  let fails: boolean;
  beforeEach(async () => {
    desk = await FundingDesk.open(BUDGETS, RULES);
    [now, published, fails] = [MORNING + SECOND, [], false];
  });
  afterEach(() => desk.ledger.close());

  const releaser = (owner = "one", bandOf: () => HealthBand = () => "ok") => {
    const { ledger, codec, set } = desk;
    const policy = { current: () => set, catalogOf: () => set.catalog };
    return new DeferredReleaser({
      store: ledger.deferred,
      codec,
      clock: { nowMicros: () => now },
      answers: new AnswerDesk(ledger.answers, codec),
      catalogOf: () => set.catalog,
      roomIn: (lane, at) => roomIn(lane, { ledger, books: new AccountBooks(policy), bandOf }, at),
      publish: (messages) => (fails ? Promise.reject(new Error("the log is away")) : Promise.resolve(void published.push(...messages))),
      owner,
      periodMs: 1,
      onLeft: () => undefined,
      onError: () => undefined,
    });
  };
  const waiting = async () => (await desk.ledger.deferred.waiting()).count;
  const released = () => published.flatMap(({ topic, event }) => (topic === "classified" ? [event as Classified] : []));
  const answers = () => published.flatMap(({ topic, event }) => (topic === "responses" ? [event as Response] : []));
  /** Two pay all that there is; the others wait, each a second after the one before. */
  const runDry = async (others: readonly string[], asked: Asked = {}) => {
    for (const id of ["first", "second"]) {
      expect((await desk.fund(id)).funding).not.toBeNull();
      await desk.spend(id);
    }
    for (const [index, id] of others.entries()) expect(await desk.fund(id, { receivedAt: MORNING + index, ...asked })).toMatchObject({ funding: null, refusal: null });
    expect(await waiting()).toBe(others.length);
  };
  const topUp = (requests: number) =>
    desk.ledger.override({ ...SALES, overrideId: `top-up ${requests} ${now}`, tenant: "acme", deltaCap: requests * COST_MICRO_USD, by: "ana", reason: "fair", fromMicros: 0, untilMicros: Number.MAX_SAFE_INTEGER, declaredCap: null, nowMicros: now });

  it("wait until there is room, then go on in the order in which they came, as many as there is room for", async () => {
    await runDry(["a", "b", "c"]);
    await releaser().look();
    expect(released()).toEqual([]);
    await topUp(2);
    now += SECOND;
    await releaser().look();
    expect(released().map(({ meta }) => [meta.eventId, meta.causationId, meta.round, meta.occurredAt])).toEqual([
      ["a.classified.1", "a.deferred.1", 1, now],
      ["b.classified.1", "b.deferred.1", 1, now],
    ]);
    expect(released()[0]!.origin).toMatchObject({ receivedAt: MORNING, deadlineAt: now + 120 * SECOND });
    expect(await waiting()).toBe(1);
    for (const { meta } of released()) expect((await desk.fund(meta.requestId, { round: 1, occurredAt: now })).funding?.reservationId).toBe(`${meta.requestId}.reservation.1`);
  });

  it("I3 no overspend: who is let go and finds the room taken waits again, before those who came later", async () => {
    await runDry(["a", "b"]);
    await topUp(1);
    await releaser().look();
    expect((await desk.fund("pushy", { occurredAt: now })).funding).not.toBeNull();
    expect(await desk.fund("a", { round: 1, occurredAt: now })).toMatchObject({ funding: null, refusal: null });
    const [lane = ""] = await desk.ledger.deferred.lanes();
    expect((await desk.ledger.deferred.line(lane, 9)).map(({ parkId }) => parkId)).toEqual(["a.deferred.2", "b.deferred.1"]);
  });

  it("go on when the next window begins, and pay in it", async () => {
    const evening = Date.parse("2026-11-30T23:59:50Z") * 1_000;
    await runDry(["late"], { receivedAt: evening });
    now = evening + 5 * SECOND;
    await releaser().look();
    expect(released()).toEqual([]);
    now = evening + 11 * SECOND;
    await releaser().look();
    expect(released()).toHaveLength(1);
    expect((await desk.fund("late", { receivedAt: evening, round: 1, occurredAt: now })).funding).not.toBeNull();
    expect((await desk.ledger.balances("department:acme/Sales")).map(({ window, reserved }) => [window, reserved])).toEqual([["2026-11", 0], ["2026-12", COST_MICRO_USD]]);
    expect((await desk.ledger.balances("tenant:acme")).find(({ unit, window }) => unit === "requests" && window === "2026-12")).toMatchObject({ settled: 1 });
  });

  it("I4 exactly one answer: at its deadline it is refused, at the moment at which it could wait no longer", async () => {
    await runDry(["a", "b"], { receivedAt: MORNING });
    now = MORNING + 61 * SECOND;
    await topUp(9);
    await releaser().look();
    expect(released()).toEqual([]);
    expect(answers().map(({ requestId, status, refusal, answeredAt }) => [requestId, status, refusal?.code, answeredAt])).toEqual([
      ["a", "refused", "deferred_deadline_exceeded", MORNING + 60 * SECOND],
      ["b", "refused", "deferred_deadline_exceeded", MORNING + 60 * SECOND],
    ]);
    expect(answers()[0]!.refusal?.message).toBe("it waited for room in `department:acme/Sales (usd, month)`, which did not come in time");
    expect(await desk.fund("a")).toMatchObject({ funding: null, refusal: null });
    await releaser().look();
    expect(answers()).toHaveLength(2);
  });

  it("its own deadline counts where it is earlier", async () => {
    await runDry(["hasty"], { deadlineAt: MORNING + 10 * SECOND });
    now = MORNING + 10 * SECOND;
    await releaser().look();
    expect(answers()).toMatchObject([{ requestId: "hasty", answeredAt: MORNING + 10 * SECOND }]);
  });

  it("I4 exactly one answer: whoever takes over after a crash says the same under the same ids, and nobody is lost", async () => {
    await runDry(["a", "b"]);
    await topUp(2);
    fails = true;
    await releaser().look();
    expect([await waiting(), published]).toEqual([0, []]);
    const [left] = await desk.ledger.deferred.leaving(9);
    fails = false;
    now += 20 * SECOND;
    await releaser("another").look();
    expect(released().map(({ meta }) => [meta.requestId, meta.occurredAt])).toEqual([["a", left!.leftAtMicros], ["b", left!.leftAtMicros]]);
    expect(await desk.ledger.deferred.leaving(9)).toEqual([]);
  });

  it("one at a time lets them go", async () => {
    await runDry(["a"]);
    await releaser("one").look();
    await topUp(1);
    await releaser("two").look();
    expect(released()).toEqual([]);
    await releaser("one").look();
    expect(released()).toHaveLength(1);
  });

  it("an event that comes again parks nothing twice", async () => {
    await runDry(["a"]);
    await desk.fund("a");
    expect(await waiting()).toBe(1);
  });

  it("whose policy lets nobody wait is refused at once", async () => {
    const strict = await FundingDesk.open(BUDGETS);
    for (const id of ["first", "second"]) await strict.fund(id);
    expect((await strict.fund("a")).refusal?.code).toBe("budget_exceeded");
    await strict.ledger.close();
  });

  it("those who wait for capacity: none while all are down, one to try when a probe is due, all when one is well", async () => {
    const { ledger, codec } = desk;
    const desks = new DeferralDesk(ledger.deferred, codec, { nowMicros: () => now });
    const shortage = { lane: { kind: "capacity", candidates: ["d", "e"] }, need: 1 } as const;
    for (const id of ["a", "b", "c"]) expect(await desks.park(...desk.asked(id), shortage)).toBe(true);
    for (const [band, left] of [["down", 0], ["degraded", 1], ["ok", 3]] as const) {
      await releaser("one", () => band).look();
      expect(released()).toHaveLength(left);
    }
  });

  it("who has something to show does not wait", async () => {
    const { ledger, codec } = desk;
    const desks = new DeferralDesk(ledger.deferred, codec, { nowMicros: () => now });
    const [event, permit] = desk.asked("a");
    const shortage = { lane: { kind: "capacity", candidates: ["d"] }, need: 1 } as const;
    expect(await desks.park({ ...event, bestOutput: { text: "so far", finishReason: "stop", refused: false, toolCalls: [] } }, permit, shortage)).toBe(false);
  });
});
