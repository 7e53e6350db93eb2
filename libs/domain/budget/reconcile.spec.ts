import fc from "fast-check";
import { type ChargedCall, corrections, type InvoiceLine, reconcile } from "./reconcile";

const line = (number: number, over: Partial<InvoiceLine> = {}): InvoiceLine => ({ line: number, provider: "openai", providerRequestId: null, model: "mini", day: "2026-11-20", costNanoUsd: 100n, ...over });
const call = (id: string, over: Partial<ChargedCall> = {}): ChargedCall => ({
  attemptId: id, reservationId: `r-${id}`, requestId: `q-${id}`, provider: "openai", model: "mini", providerRequestId: null, day: "2026-11-20", costNanoUsd: 100n, basis: "finished", ...over,
});
const named = (id: string) => ({ providerRequestId: id });
const NONE = { toleranceNanoUsd: 0n };

describe("reconciling a provider's invoice", () => {
  test.each([
    ["a line and the call of its request id", [line(1, named("x"))], [call("a", named("x"))], ["matched 1 lines 1 calls"]],
    ["a request id of another provider is another request", [line(1, named("x"))], [call("a", { ...named("x"), provider: "azure" })], ["missing_on_invoice 0 lines 1 calls", "missing_in_journal 1 lines 0 calls"]],
    ["several lines of one request are added up", [line(1, { ...named("x"), costNanoUsd: 60n }), line(2, { ...named("x"), costNanoUsd: 40n })], [call("a", named("x"))], ["matched 2 lines 1 calls"]],
    ["a request that the journal does not know", [line(1, named("x"))], [], ["missing_in_journal 1 lines 0 calls"]],
    ["a call that was not billed", [line(1, named("x"))], [call("a", named("x")), call("b", named("y"))], ["matched 1 lines 1 calls", "missing_on_invoice 0 lines 1 calls"]],
    ["another price", [line(1, { ...named("x"), costNanoUsd: 101n })], [call("a", named("x"))], ["priced_differently 1 lines 1 calls"]],
    ["a day's sum of one model", [line(1, { costNanoUsd: 300n })], [call("a"), call("b"), call("c")], ["matched 1 lines 3 calls"]],
    ["a day's sum of all models", [line(1, { model: null, costNanoUsd: 200n })], [call("a"), call("b", { model: "large" })], ["matched 1 lines 2 calls"]],
    ["another day is another sum", [line(1), line(2, { day: "2026-11-21" })], [call("a"), call("b")], ["priced_differently 1 lines 2 calls", "missing_in_journal 1 lines 0 calls"]],
    ["calls that a request id matched are not in the day's sum", [line(1, named("x")), line(2)], [call("a", named("x")), call("b")], ["matched 1 lines 1 calls", "matched 1 lines 1 calls"]],
  ])("%s", (_title, lines, calls, expected) => {
    const { items } = reconcile(lines, calls, NONE);
    expect(items.map((item) => `${item.verdict} ${item.lines.length} lines ${item.calls.length} calls`).sort()).toEqual([...expected].sort());
  });

  test("what providers round away is no difference, either way", () => {
    for (const costNanoUsd of [95n, 105n]) {
      const lines = [line(1, { ...named("x"), costNanoUsd })];
      expect(reconcile(lines, [call("a", named("x"))], { toleranceNanoUsd: 5n }).items[0]?.verdict).toBe("matched");
      expect(reconcile(lines, [call("a", named("x"))], { toleranceNanoUsd: 4n }).items[0]?.verdict).toBe("priced_differently");
    }
  });

  test("corrects what did not stand on the provider's count, downwards, and nothing else", () => {
    const correctionOf = (over: Partial<ChargedCall>, billed: bigint) => corrections(reconcile([line(1, { ...named("x"), costNanoUsd: billed })], [call("a", { ...named("x"), ...over })], NONE), 7);
    const corrected = { attemptId: "a", reservationId: "r-a", chargeMicroUsd: 1, costNanoUsd: 40n, nowMicros: 7 };
    expect(correctionOf({ basis: "unseen" }, 40n)).toEqual([corrected]);
    expect(correctionOf({ basis: "estimated" }, 40n)).toEqual([corrected]);
    expect([correctionOf({ basis: "finished" }, 40n), correctionOf({ basis: "late_settled" }, 40n), correctionOf({ basis: "unseen" }, 101n), correctionOf({ basis: "unseen" }, -1n)]).toEqual([[], [], [], []]);
    expect(corrections(reconcile([line(1, { costNanoUsd: 40n })], [call("a", { basis: "unseen" })], NONE), 7)).toEqual([]);
  });

  test("counts every line and every call once, whatever they are, in any order", () => {
    const id = fc.constantFrom(null, "x", "y", "z");
    const about = { provider: fc.constantFrom("openai", "azure"), providerRequestId: id, day: fc.constantFrom("2026-11-20", "2026-11-21"), costNanoUsd: fc.bigInt({ min: 0n, max: 9n }) };
    const lines = fc.array(fc.record({ ...about, line: fc.nat(), model: fc.constantFrom(null, "mini", "large") }), { maxLength: 12 });
    const calls = fc.uniqueArray(fc.record({ ...about, model: fc.constantFrom("mini", "large"), attemptId: fc.nat().map(String), reservationId: fc.constant("r"), requestId: fc.constant("q"), basis: fc.constant("finished") }), { selector: ({ attemptId }) => attemptId, maxLength: 12 });
    fc.assert(
      fc.property(lines, calls, (someLines, someCalls) => {
        const { items, totals } = reconcile(someLines, someCalls, NONE);
        expect(items.flatMap((item) => item.lines)).toHaveLength(someLines.length);
        expect(items.flatMap((item) => item.calls).map(({ attemptId }) => attemptId).sort()).toEqual(someCalls.map(({ attemptId }) => attemptId).sort());
        expect(totals.all.invoicedNanoUsd).toBe(someLines.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n));
        expect(totals.all.chargedNanoUsd).toBe(someCalls.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n));
        const { matched, priced_differently: priced, missing_in_journal: unknown, missing_on_invoice: unbilled } = totals;
        expect(matched.items + priced.items + unknown.items + unbilled.items).toBe(items.length);
        expect(unknown.chargedNanoUsd + unbilled.invoicedNanoUsd).toBe(0n);
        const again = reconcile(someLines.toReversed(), someCalls.toReversed(), NONE);
        expect(again.totals).toEqual(totals);
      }),
    );
  });
});
