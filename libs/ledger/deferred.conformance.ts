import type { DeferredStore, ParkRequest } from "@leverframe/deferral";
import fc from "fast-check";
import type { LedgerStoreUnderTest } from "./ledger.conformance";

const SALES = "account\tdepartment:acme/Sales\tmonth\tusd\t";
const LEGAL = "account\tdepartment:acme/Legal\tmonth\tusd\t";
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

const request = (name: string, over: Partial<ParkRequest> = {}): ParkRequest => ({
  parkId: `${name}.deferred.1`, requestId: name, tenant: "acme", lane: SALES, arrivedAtMicros: 1, parkedAtMicros: 5, untilMicros: 100,
  restsUntilMicros: 0, need: 7, event: bytes(`event of ${name}`), ...over,
});
const ids = (requests: readonly { readonly requestId: string }[]) => requests.map(({ requestId }) => requestId);

/** What every store that requests wait in must do. */
export function describeDeferred(name: string, create: () => Promise<LedgerStoreUnderTest>): void {
  describe(`${name} as the place where requests wait`, () => {
    let store: LedgerStoreUnderTest;
    let deferred: DeferredStore;
    beforeEach(async () => {
      store = await create();
      deferred = (await store.open()).deferred;
    });
    afterEach(() => store.dispose());

    parkingTests(() => deferred);
    leavingTests(() => ({ store, deferred }));
    leadTests(() => ({ store, deferred }));
  });
}

function parkingTests(opened: () => DeferredStore): void {
  test("nobody waits at first", async () => {
    expect(await opened().waiting()).toEqual({ count: 0, oldestParkedAtMicros: null });
    expect([await opened().lanes(), await opened().line(SALES, 9), await opened().overdue(1_000, 9), await opened().leaving(9)]).toEqual([[], [], [], []]);
  });

  test("a line is in the order of arrival, whoever was parked first, and lanes do not mix", async () => {
    for (const [who, arrivedAtMicros, lane] of [["c", 30, SALES], ["a", 10, SALES], ["x", 5, LEGAL], ["b2", 20, SALES], ["b1", 20, SALES]] as const) {
      expect(await opened().park(request(who, { arrivedAtMicros, lane, parkedAtMicros: 50 - arrivedAtMicros }))).toBe("parked");
    }
    expect(ids(await opened().line(SALES, 9))).toEqual(["a", "b1", "b2", "c"]);
    expect(ids(await opened().line(SALES, 2))).toEqual(["a", "b1"]);
    expect(await opened().lanes()).toEqual([LEGAL, SALES]);
    expect(await opened().waiting()).toEqual({ count: 5, oldestParkedAtMicros: 20 });
    const { requestId, tenant, lane, untilMicros, restsUntilMicros, need } = request("a");
    expect(await opened().line(SALES, 1)).toEqual([{ parkId: "a.deferred.1", requestId, tenant, lane, arrivedAtMicros: 10, parkedAtMicros: 40, untilMicros, restsUntilMicros, need }]);
  });

  test("I4 exactly one answer: who is parked again, here or gone, is known, and stays as it was", async () => {
    expect(await opened().park(request("a"))).toBe("parked");
    expect(await opened().park(request("a", { arrivedAtMicros: 9, lane: LEGAL }))).toBe("known");
    await opened().leave("a.deferred.1", 50);
    expect(await opened().park(request("a"))).toBe("known");
    await opened().gone("a.deferred.1");
    expect(await opened().park(request("a"))).toBe("known");
    expect([await opened().lanes(), await opened().leaving(9), (await opened().waiting()).count]).toEqual([[], [], 0]);
  });

  test("those whose time is over, first whose was over first", async () => {
    for (const [who, untilMicros] of [["late", 90], ["soon", 40], ["now", 50], ["later", 91]] as const) await opened().park(request(who, { untilMicros }));
    expect(ids(await opened().overdue(50, 9))).toEqual(["soon", "now"]);
    expect(ids(await opened().overdue(90, 2))).toEqual(["soon", "now"]);
  });

  test("events of any bytes come back as they were", async () => {
    const event = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
    await opened().park(request("a", { event }));
    await opened().leave("a.deferred.1", 50);
    expect(Buffer.compare((await opened().leaving(1))[0]!.event, event)).toBe(0);
  });
}

function leavingTests(opened: () => { store: LedgerStoreUnderTest; deferred: DeferredStore }): void {
  test("who leaves is in no line any more, and is handed out until it is gone, always with the time that was told first", async () => {
    const { deferred, store } = opened();
    await deferred.park(request("b", { arrivedAtMicros: 2 }));
    await deferred.park(request("a"));
    for (const who of ["a", "b"]) await deferred.leave(`${who}.deferred.1`, 60);
    await deferred.leave("a.deferred.1", 70);
    await deferred.leave("nobody.deferred.1", 70);
    expect([await deferred.line(SALES, 9), await deferred.overdue(1_000, 9), await deferred.lanes()]).toEqual([[], [], []]);
    const again = (await store.open()).deferred;
    expect((await again.leaving(9)).map(({ requestId, leftAtMicros, event }) => [requestId, leftAtMicros, text(event)])).toEqual([["a", 60, "event of a"], ["b", 60, "event of b"]]);
    await again.gone("a.deferred.1");
    await again.gone("a.deferred.1");
    expect(ids(await deferred.leaving(9))).toEqual(["b"]);
  });

  test("one that still waits does not go", async () => {
    const { deferred } = opened();
    await deferred.park(request("a"));
    await deferred.gone("a.deferred.1");
    expect(ids(await deferred.line(SALES, 9))).toEqual(["a"]);
  });

  test("no more wait than may, and a place that is left is taken", async () => {
    const few = (await opened().store.open({ parkedMax: 2 })).deferred;
    for (const who of ["a", "b"]) await few.park(request(who));
    expect(await few.park(request("c"))).toBe("full");
    expect(await few.park(request("a"))).toBe("known");
    await few.leave("a.deferred.1", 60);
    expect(await few.park(request("c"))).toBe("parked");
  });

  test("for any arrivals and departures: whoever was parked is in line, leaving or gone, once", async () => {
    const { deferred } = opened();
    let run = 0;
    const steps = fc.array(fc.record({ who: fc.integer({ min: 0, max: 5 }), step: fc.constantFrom("park", "leave", "gone") }), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const lane = `${SALES}${run++}`;
        const state = new Map<string, "line" | "leaving" | "gone">();
        for (const { who, step } of taken) {
          const name = `${run}-${who}`;
          const before = state.get(name);
          if (step === "park" && (await deferred.park(request(name, { lane, arrivedAtMicros: 9 - who }))) === "parked") state.set(name, "line");
          if (step === "leave") await deferred.leave(`${name}.deferred.1`, 60);
          if (step === "leave" && before === "line") state.set(name, "leaving");
          if (step === "gone") await deferred.gone(`${name}.deferred.1`);
          if (step === "gone" && before === "leaving") state.set(name, "gone");
        }
        const are = (wanted: string) => [...state].flatMap(([name, now]) => (now === wanted ? [name] : [])).sort().reverse();
        expect(ids(await deferred.line(lane, 99))).toEqual(are("line"));
        expect(ids((await deferred.leaving(999)).filter((one) => one.lane === lane)).sort().reverse()).toEqual(are("leaving"));
      }),
      { numRuns: 25 },
    );
  });
}

function leadTests(opened: () => { store: LedgerStoreUnderTest; deferred: DeferredStore }): void {
  test("one at a time leads, for as long as it says so, and another after it", async () => {
    const { deferred, store } = opened();
    const other = (await store.open()).deferred;
    expect(await deferred.lead("one", 100, 200)).toBe(true);
    expect(await other.lead("two", 150, 250)).toBe(false);
    expect(await deferred.lead("one", 190, 290)).toBe(true);
    expect(await other.lead("two", 289, 389)).toBe(false);
    expect(await other.lead("two", 290, 390)).toBe(true);
    expect(await deferred.lead("one", 291, 391)).toBe(false);
  });

  test("of many who ask at once one leads", async () => {
    const handles = await Promise.all(Array.from({ length: 5 }, () => opened().store.open()));
    const leads = await Promise.all(handles.map(({ deferred }, index) => deferred.lead(`owner ${index}`, 1_000, 2_000)));
    expect(leads.filter(Boolean)).toHaveLength(1);
  });
}
