import { type Balance, LedgerModel, type LedgerSnapshot, type PlaceOverride, verifyJournal } from "@leverframe/budget";
import { beginOf, finishOf, type LedgerStoreUnderTest, reserveOf } from "./ledger.conformance";

const account = { scope: "department:acme/sales", window: "2026-11", unit: "usd" as const };
const place = (overrideId: string, over: Partial<PlaceOverride> = {}): PlaceOverride => ({
  ...account, overrideId, tenant: "acme", deltaCap: 50, by: "ann", reason: "it's\n".trim(), fromMicros: 0, untilMicros: 100, declaredCap: 100, nowMicros: 1, ...over,
});
const bytes = (one: string) => new TextEncoder().encode(one);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** What a ledger does besides paying: answers, overrides, what a sweeper needs, late settlement, a rebuild. */
export function describeLedgerControl(name: string, create: () => Promise<LedgerStoreUnderTest>): void {
  describe(`${name} as a ledger that is looked after`, () => {
    let store: LedgerStoreUnderTest;
    beforeEach(async () => {
      store = await create();
    });
    afterEach(() => store.dispose());

    test("I3 no overspend: an override counts for all clients at once, is placed once, and only while it lasts", async () => {
      const clients = await Promise.all(Array.from({ length: 4 }, () => store.open()));
      const placed = await Promise.all(clients.map((client) => client.override(place("o1"))));
      expect(placed.map(({ status }) => status).sort()).toEqual(["created", "exists", "exists", "exists"]);
      const all = await Promise.all(Array.from({ length: 40 }, (_, index) => clients[index % 4]?.reserve(reserveOf(`r${index}`, 10, 100))));
      expect(all.filter((one) => one?.status === "created")).toHaveLength(15);
      expect(await clients[1]?.reserve({ ...reserveOf("late", 1, 100), nowMicros: 100, deadlineAtMicros: 100 })).toMatchObject({ status: "exceeds_cap", available: 0 });
      expect(await clients[2]?.overrides()).toMatchObject([{ overrideId: "o1", by: "ann", deltaCap: 50 }]);
      const journal = (await clients[3]?.outbox.read(1_000)) ?? [];
      expect(journal.filter(({ kind }) => kind === "override")).toHaveLength(1);
      expect(verifyJournal(journal, (await clients[0]?.balances()) ?? [])).toEqual([]);
    });

    test("I4 exactly one answer: the first answer to a request is kept, and everybody gets it", async () => {
      const clients = await Promise.all(Array.from({ length: 3 }, () => store.open()));
      const kept = await Promise.all(clients.map((client, index) => client.answers.keep("q", bytes(`answer ${index} \u0000é`))));
      expect(new Set(kept.map(text)).size).toBe(1);
      expect(text(kept[0] ?? bytes(""))).toMatch(/^answer \d \u0000é$/);
      const later = await store.open();
      expect(await later.answers.keep("q", bytes("other")).then(text)).toBe(text(kept[0] ?? bytes("")));
      expect(await later.answers.keep("p", bytes("")).then(text)).toBe("");
      expect(await later.answers.keep("p", bytes("other")).then(text)).toBe("");
    });

    test("who sweeps sees the oldest first, with each call's state, and not what is cleared", async () => {
      const ledger = await store.open();
      for (const [index, id] of ["new", "old", "done"].entries()) await ledger.reserve({ ...reserveOf(id, 30, 1_000), nowMicros: 10 - index, deadlineAtMicros: 10 });
      await ledger.attempts.begin({ ...beginOf("old", 10), worstCaseTokens: 7, labels: ["tag:a\u00e4"] });
      await ledger.attempts.begin(beginOf("old", 20, 1));
      await ledger.attempts.finish({ ...finishOf("old", 15, "x", 1), basis: "estimated" });
      await ledger.release({ reservationId: "done", nowMicros: 11 });
      const found = await ledger.unclearedReservations(100, 10);
      expect(found.map(({ reservationId }) => reservationId)).toEqual(["old", "new"]);
      expect(found[0]).toEqual({
        reservationId: "old", requestId: "request of old", tenant: "acme", reservedAtMicros: 9, openMicroUsd: 15, inFlightMicroUsd: 10, released: false, restored: false,
        attempts: [
          { attemptId: "old.attempt.0", status: "in_flight", worstCaseMicroUsd: 10, worstCaseTokens: 7, owner: "me", beganAtMicros: 1, chargeMicroUsd: null, basis: null },
          { attemptId: "old.attempt.1", status: "finished", worstCaseMicroUsd: 20, worstCaseTokens: 0, owner: "me", beganAtMicros: 1, chargeMicroUsd: 15, basis: "estimated" },
        ],
      });
      expect(await ledger.unclearedReservations(10, 10)).toHaveLength(1);
      expect(await ledger.unclearedReservations(100, 1)).toHaveLength(1);
    });

    test("I4 exactly one answer: many that come late correct a charge once, and all are told the outcome that was kept first", async () => {
      const clients = await Promise.all(Array.from({ length: 4 }, () => store.open()));
      await clients[0]?.reserve(reserveOf("r", 30, 1_000));
      await clients[0]?.attempts.begin(beginOf("r", 30));
      await clients[1]?.attempts.finish({ ...finishOf("r", 30, "unseen"), basis: "unseen" });
      const told = await Promise.all(clients.map((client, index) => client.attempts.finish(finishOf("r", 10 + index, `late ${index}`))));
      expect(told.map(({ status }) => status).sort()).toEqual(["already_finished", "already_finished", "already_finished", "late_settled"]);
      expect(new Set(told.map((one) => ("outcome" in one ? text(one.outcome) : "")))).toEqual(new Set(["unseen"]));
      const journal = (await clients[0]?.outbox.read(10)) ?? [];
      expect(journal.map(({ kind, status }) => `${kind} ${status}`)).toEqual(["reserved created", "settled unseen", "late_settled late_settled"]);
      expect(verifyJournal(journal, (await clients[0]?.balances()) ?? [])).toEqual([]);
      expect(await clients[2]?.settleLate({ ...finishOf("r", 1), nowMicros: 9 })).toEqual({ status: "already_settled" });
    });

    test("a restore puts a snapshot in the place of what is there, as it does in the model, and the ledger goes on from it", async () => {
      const repaired = await store.open();
      const model = new LedgerModel();
      for (const id of ["kept", "stale"]) {
        for (const one of [repaired, model]) await one.reserve(reserveOf(id, 40, 1_000));
        await repaired.attempts.begin(beginOf(id, 10));
        model.begin(beginOf(id, 10));
      }
      const balance = (scope: string, over: Partial<Balance> = {}): Balance => ({ ...account, scope, cap: 100, reserved: 30, settled: 20, changes: [], ...over });
      const snapshot: LedgerSnapshot = {
        epoch: "rebuilt",
        sequence: 7,
        balances: [balance("tenant:acme"), balance(account.scope, { changes: [{ overrideId: "o1", deltaCap: 5, fromMicros: 0, untilMicros: 50 }] }), balance("provider:acme/openai")],
        reservations: [
          { reservationId: "kept", requestId: "q", tenant: "acme", reservedAtMicros: 3, released: false, accounts: ["tenant:acme", account.scope, "provider:acme/openai"].map((scope) => ({ ...account, scope, open: 30 })) },
          { reservationId: "gone", requestId: "q", tenant: "acme", reservedAtMicros: 2, released: true, accounts: [] },
        ],
        overrides: [{ ...account, overrideId: "o1", tenant: "acme", deltaCap: 5, by: "ann", reason: "why", fromMicros: 0, untilMicros: 50 }],
      };
      expect(await repaired.restore({ ...snapshot, sequence: 1 })).toEqual({ status: "behind", sequence: 2 });
      expect(await repaired.position()).toBe(2);
      for (const one of [repaired, model]) expect(await one.restore(snapshot)).toEqual({ status: "restored" });
      const ledger = await store.open();
      expect(await ledger.restore(snapshot)).toEqual({ status: "same_epoch" });
      const check = async () => {
        const byScope = (balances: readonly Balance[]) => [...balances].sort((a, b) => (a.scope < b.scope ? -1 : 1));
        expect(byScope(await ledger.balances())).toEqual(byScope(model.balances));
        expect(await ledger.uncleared()).toEqual(model.uncleared());
        expect(await ledger.unclearedReservations(100, 9)).toEqual(model.unclearedReservations(100, 9));
        expect(await ledger.overrides()).toEqual(model.overrides);
        expect(await ledger.position()).toBe(model.position);
      };
      await check();
      for (const one of [ledger, model]) {
        const attempts = one instanceof LedgerModel ? one : one.attempts;
        expect((await one.reserve(reserveOf("kept", 40, 100))).status).toBe("exists_with_different_amount");
        expect((await one.reserve(reserveOf("gone", 40, 100))).status).toBe("exists_with_different_amount");
        expect((await attempts.begin(beginOf("stale", 1, 1))).status).toBe("reservation_released");
        expect((await attempts.finish(finishOf("stale", 5))).status).toBe("unknown_attempt");
        // A call that was made before the store was lost: nobody here knows of it, and it is paid for.
        expect((await attempts.finish(finishOf("kept", 31, "too dear", 1))).status).toBe("unknown_attempt");
        expect((await attempts.finish({ ...finishOf("kept", 12, "made before"), basis: "estimated" })).status).toBe("finished");
        expect((await attempts.finish(finishOf("kept", 10, "late"))).status).toBe("late_settled");
        expect((await attempts.begin(beginOf("kept", 19, 2))).status).toBe("exceeds_reservation");
        expect((await attempts.begin(beginOf("kept", 18, 2))).status).toBe("begun");
        expect((await one.release({ reservationId: "kept", nowMicros: 4 })).status).toBe("calls_unknown");
        expect((await one.release({ reservationId: "kept", nowMicros: 4, callsKnown: true })).status).toBe("released");
        expect((await attempts.finish(finishOf("kept", 1, "x", 2))).status).toBe("finished");
        expect(await one.reserve({ ...reserveOf("next", 75, 100), nowMicros: 2 })).toMatchObject({ status: "exceeds_cap", available: 74 });
        expect((await one.reserve({ ...reserveOf("fits", 74, 100), nowMicros: 2 })).status).toBe("created");
      }
      await check();
      expect((await ledger.outbox.read(100)).slice(2)).toEqual(model.entries.slice(2));
    });
  });
}
