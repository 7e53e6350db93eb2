import { accountId, type Balance, LedgerModel, type Reserve, verifyJournal } from "@leverframe/budget";
import fc from "fast-check";
import type { Ledger, LedgerOptions } from "./ledger";
import { type LedgerCommand, ledgerCommands, onLedger, onModel } from "./testing/ledger-commands";

/** One empty store that several handles can be opened on, as several processes do. */
export interface LedgerStoreUnderTest {
  open(options?: LedgerOptions): Promise<Ledger>;
  /** Closes every handle and removes the store. */
  dispose(): Promise<void>;
}

export interface LedgerFeatures {
  /** Runs of the replay against the model; each takes a new store. */
  readonly replays: number;
}

const month = { window: "2026-11", unit: "usd" as const, only: null, hard: true };
const EPOCH_LATER = 1_700_000_000_000_006;
const MINUTES = ["2026-11-21T08:15", "2026-11-21T08:16"];
const UNITS = ["requests", "tokens"] as const;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

export function reserveOf(reservationId: string, amount: number, cap: number | null): Reserve {
  return {
    reservationId,
    requestId: `request of ${reservationId}`,
    tenant: "acme",
    amountsMicroUsd: [amount],
    accounts: [
      { ...month, scope: "tenant:acme", cap: null },
      { ...month, scope: "department:acme/sales", cap },
    ],
    deadlineAtMicros: 2,
    nowMicros: 1,
  };
}

/** Of one request in this minute, before anything else. */
export function ratedReserveOf(reservationId: string, window: string, cap: number): Reserve {
  const command = reserveOf(reservationId, 1, null);
  const minute = { scope: "route:acme/code", window, unit: "requests" as const, only: null, cap, hard: true };
  return { ...command, lines: [{ unit: "requests", only: null, amounts: [1] }], accounts: [minute, ...command.accounts] };
}

export const beginOf = (reservationId: string, worstCaseMicroUsd: number, attempt = 0) => ({
  attemptId: `${reservationId}.attempt.${attempt}`,
  reservationId,
  worstCaseMicroUsd,
  owner: "me",
  nowMicros: 1,
});

export const finishOf = (reservationId: string, chargeMicroUsd: number, outcome = "out", attempt = 0) => ({
  attemptId: `${reservationId}.attempt.${attempt}`,
  reservationId,
  chargeMicroUsd,
  costNanoUsd: BigInt(chargeMicroUsd) * 1000n,
  outcome: bytes(outcome),
  nowMicros: 1,
});

const inOrder = (balances: readonly Balance[]) => [...balances].sort((a, b) => (accountId(a) < accountId(b) ? -1 : 1));

/** A Buffer and a Uint8Array of the same bytes are the same outcome. */
const comparable = (result: object) =>
  Object.fromEntries(
    Object.entries(result).map(([key, value]) => [key, value instanceof Uint8Array ? [...value] : (value as unknown)]),
  );

/** What every store of the ledger must do. */
export function describeLedger(name: string, create: () => Promise<LedgerStoreUnderTest>, features: LedgerFeatures): void {
  describe(`${name} as the ledger`, () => {
    let store: LedgerStoreUnderTest;
    beforeEach(async () => {
      store = await create();
    });
    afterEach(() => store.dispose());

    replayTests(create, features);
    raceTests(() => store);
    attemptTests(() => store);
    amountTests(() => store);
    outboxTests(() => store);
    limitTests(() => store);
  });
}

function replayTests(create: () => Promise<LedgerStoreUnderTest>, { replays }: LedgerFeatures): void {
  const replay = async (commands: LedgerCommand[], atOnce: boolean) => {
    const store = await create();
    try {
      const ledger = await store.open();
      const model = new LedgerModel();
      const expected = commands.map((command) => comparable(onModel(model, command)));
      const told: object[] = [];
      if (atOnce) told.push(...(await Promise.all(commands.map((command) => onLedger(ledger, command)))));
      else for (const command of commands) told.push(await onLedger(ledger, command));
      expect(told.map(comparable)).toEqual(expected);
      expect(inOrder(await ledger.balances())).toEqual(inOrder(model.balances));
      expect(await ledger.outbox.read(1_000)).toEqual(model.entries);
      expect(await ledger.uncleared()).toEqual(model.uncleared());
      expect(await ledger.unclearedReservations(EPOCH_LATER, 3)).toEqual(model.unclearedReservations(EPOCH_LATER, 3));
      expect(await ledger.overrides()).toEqual(model.overrides);
      const minutes = MINUTES.flatMap((window) => UNITS.map((unit) => ({ scope: "route:acme/code", window, unit })));
      const keys = [...model.balances.map(({ scope, window, unit }) => ({ scope, window, unit })), ...minutes];
      expect(await ledger.balancesOf(keys)).toEqual(model.balancesOf(keys));
      expect(await ledger.position()).toBe(model.position);
    } finally {
      await store.dispose();
    }
  };

  test("answers, balances and journal are those of the model, one command after the other", async () => {
    await fc.assert(fc.asyncProperty(ledgerCommands, (commands) => replay(commands, false)), { numRuns: replays });
  });

  test("… and also when many commands arrive at once", async () => {
    await fc.assert(fc.asyncProperty(ledgerCommands, (commands) => replay(commands, true)), { numRuns: replays });
  });
}

function raceTests(store: () => LedgerStoreUnderTest): void {
  test("I3 no overspend: clients racing for one cap are granted exactly the cap", async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => store().open()));
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, index) => clients[index % 5]?.reserve(reserveOf(`r${index}`, 10, 1_000))),
    );
    expect(results.filter((result) => result?.status === "created")).toHaveLength(100);
    expect(results.filter((result) => result?.status === "exceeds_cap")).toHaveLength(200);
    const [sales] = (await clients[0]?.balances("department:")) ?? [];
    expect(sales).toMatchObject({ reserved: 1_000, settled: 0, cap: 1_000 });
  });

  test("clients racing for one minute are granted exactly its rate; what is released or asked for again counts neither more nor less", async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => store().open()));
    const rated = (id: string, minute: string) => ratedReserveOf(id, minute, 20);
    const race = (minute: string) =>
      Promise.all(Array.from({ length: 100 }, (_, index) => clients[index % 5]?.reserve(rated(`${minute} r${index >> 1}`, minute))));
    const results = await race(MINUTES[0] ?? "");
    expect(results.filter((result) => result?.status === "created")).toHaveLength(40);
    expect(results.filter((result) => result?.status === "exceeds_rate")).toHaveLength(60);
    for (let index = 0; index < 50; index++) await clients[0]?.release({ reservationId: `${MINUTES[0]} r${index}`, nowMicros: 1 });
    const refused = { status: "exceeds_rate", scope: "route:acme/code", window: MINUTES[0], unit: "requests", cap: 20, repeated: false };
    expect(await clients[1]?.reserve(rated("late", MINUTES[0] ?? ""))).toEqual(refused);
    expect(await clients[2]?.reserve(rated("late", MINUTES[0] ?? ""))).toEqual({ ...refused, repeated: true });
    expect((await clients[3]?.reserve(rated("next", MINUTES[1] ?? "")))?.status).toBe("created");
    expect(verifyJournal((await clients[0]?.outbox.read(1_000)) ?? [], (await clients[0]?.balances()) ?? [])).toEqual([]);
  });

  test("one reservation asked for by many clients at once is made once", async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => store().open()));
    const results = await Promise.all(clients.map((client) => client.reserve(reserveOf("r", 10, 1_000))));
    expect(results.map((result) => "repeated" in result && result.repeated).sort()).toEqual([false, true, true, true]);
    expect(await clients[0]?.balances("department:")).toMatchObject([{ reserved: 10 }]);
  });

  test("I4 exactly one answer: an attempt begun by many at once is begun by one, finished by many it is charged once", async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => store().open()));
    await clients[0]?.reserve(reserveOf("r", 10, 1_000));
    const begun = await Promise.all(clients.map((client) => client.attempts.begin(beginOf("r", 10))));
    expect(begun.map(({ status }) => status).sort()).toEqual(["begun", "in_flight", "in_flight", "in_flight"]);
    const finished = await Promise.all(clients.map((client, index) => client.attempts.finish(finishOf("r", 4, `by ${index}`))));
    const outcomes = finished.map((result) => ("outcome" in result ? text(result.outcome) : result.status));
    expect(new Set(outcomes).size).toBe(1);
    expect(await clients[0]?.balances("tenant:")).toMatchObject([{ reserved: 6, settled: 4 }]);
  });
}

function attemptTests(store: () => LedgerStoreUnderTest): void {
  test("a finished attempt is told with its outcome to whoever opens the store later, released or not", async () => {
    const first = await store().open();
    await first.reserve(reserveOf("r", 10, 1_000));
    await first.attempts.begin(beginOf("r", 10));
    await first.attempts.finish(finishOf("r", 4, "\u0000 the answer é"));
    await first.release({ reservationId: "r", nowMicros: 2 });
    await first.close();
    const later = await store().open();
    const told = await later.attempts.begin(beginOf("r", 10));
    expect(told.status === "finished" && text(told.outcome)).toBe("\u0000 the answer é");
    expect(await later.balances("department:")).toMatchObject([{ reserved: 0, settled: 4 }]);
  });

  test("a call that a dead owner left in flight is charged at its worst case by who takes over, and the repeat is paid for", async () => {
    const dead = await store().open();
    await dead.reserve(reserveOf("r", 20, 1_000));
    await dead.attempts.begin(beginOf("r", 10));
    await dead.close();
    const next = await store().open();
    expect(await next.attempts.begin({ ...beginOf("r", 10), owner: "next" })).toMatchObject({ status: "in_flight", owner: "me" });
    expect((await next.attempts.finish(finishOf("r", 10, "outcome_unknown"))).status).toBe("finished");
    expect((await next.attempts.begin(beginOf("r", 10, 1))).status).toBe("begun");
    expect((await next.attempts.begin(beginOf("r", 1, 2))).status).toBe("exceeds_reservation");
    expect((await next.attempts.finish(finishOf("r", 3, "late"))).status).toBe("already_finished");
  });
}

function amountTests(store: () => LedgerStoreUnderTest): void {
  test("I3 no overspend: a release leaves reserved what a call in flight may cost, until that call is finished", async () => {
    const ledger = await store().open();
    const sales = async () => (await ledger.balances("department:"))[0];
    await ledger.reserve(reserveOf("r", 30, 30));
    await ledger.attempts.begin(beginOf("r", 20));
    expect(await ledger.release({ reservationId: "r", nowMicros: 2 })).toEqual({ status: "released", freedMicroUsd: 10 });
    expect(await ledger.reserve(reserveOf("s", 11, 30))).toMatchObject({ status: "exceeds_cap", available: 10 });
    expect(await sales()).toMatchObject({ reserved: 20, settled: 0 });
    expect(await ledger.uncleared()).toEqual({ count: 1, oldestReservedAtMicros: 1 });
    await ledger.attempts.finish(finishOf("r", 4));
    expect(await sales()).toMatchObject({ reserved: 0, settled: 4 });
    expect((await ledger.attempts.begin(beginOf("r", 1, 1))).status).toBe("reservation_released");
    expect(await ledger.uncleared()).toEqual({ count: 0, oldestReservedAtMicros: null });
  });

  test("sums stay exact to the micro-dollar far beyond what one reservation may hold", async () => {
    const ledger = await store().open();
    const amount = 999_999_999_999;
    await Promise.all(Array.from({ length: 150 }, (_, index) => ledger.reserve(reserveOf(`r${index}`, amount, null))));
    await ledger.attempts.begin(beginOf("r7", amount));
    await ledger.attempts.finish(finishOf("r7", 999_999_999_997));
    await ledger.release({ reservationId: "r8", nowMicros: 1 });
    const [sales] = await ledger.balances("department:");
    expect(sales).toMatchObject({ reserved: 148 * amount + 2, settled: 999_999_999_997 });
    expect(verifyJournal(await ledger.outbox.read(1_000), await ledger.balances())).toEqual([]);
  });
}

function outboxTests(store: () => LedgerStoreUnderTest): void {
  test("entries stay in the outbox, in order, until they are acknowledged; reading takes nothing away", async () => {
    const ledger = await store().open();
    const another = await store().open();
    for (let index = 0; index < 5; index++) await ledger.reserve(reserveOf(`r${index}`, 1, 3));
    const read = await ledger.outbox.read(3);
    expect(read.map(({ sequence, kind }) => [sequence, kind])).toEqual([1, 2, 3].map((sequence) => [sequence, "reserved"]));
    expect(await another.outbox.read(3)).toEqual(read);
    await ledger.outbox.acknowledge(read.slice(1).map(({ entryId }) => entryId));
    expect((await another.outbox.read(10)).map(({ sequence }) => sequence)).toEqual([1, 4, 5]);
    await another.outbox.acknowledge(["r0.reserved", "r3.refused", "r4.refused", "never written"]);
    expect(await ledger.outbox.read(10)).toEqual([]);
    await ledger.reserve(reserveOf("r9", 0, 3));
    expect((await ledger.outbox.read(10)).map(({ sequence }) => sequence)).toEqual([6]);
  });

  test("I5 nothing lost: what several relays took away in turns proves the balances", async () => {
    const clients = await Promise.all(Array.from({ length: 3 }, () => store().open()));
    const journal = new Map<string, Awaited<ReturnType<Ledger["outbox"]["read"]>>[number]>();
    const relay = async (ledger: Ledger) => {
      const entries = await ledger.outbox.read(40);
      entries.forEach((entry) => journal.set(entry.entryId, entry));
      await ledger.outbox.acknowledge(entries.map(({ entryId }) => entryId));
      return entries.length;
    };
    const spend = async (ledger: Ledger, id: string) => {
      if ((await ledger.reserve(reserveOf(id, 10, 600))).status !== "created") return;
      await ledger.attempts.begin(beginOf(id, 8));
      await ledger.attempts.finish(finishOf(id, 5));
      await ledger.release({ reservationId: id, nowMicros: 1 });
    };
    const all = clients.flatMap((ledger, client) =>
      Array.from({ length: 50 }, (_, index) => spend(ledger, `r${client}.${index}`)),
    );
    await Promise.all([...all, ...clients.map(relay)]);
    for (const ledger of clients) while ((await relay(ledger)) > 0);
    expect(verifyJournal([...journal.values()], (await clients[0]?.balances()) ?? [])).toEqual([]);
    expect(await clients[0]?.uncleared()).toEqual({ count: 0, oldestReservedAtMicros: null });
  });
}

function limitTests(store: () => LedgerStoreUnderTest): void {
  test("a command that is none, or an outcome that is too large, is refused and changes nothing", async () => {
    const ledger = await store().open({ outcomeBytesMax: 8, answerBytesMax: 8 });
    await expect(ledger.reserve(reserveOf("r", 0.5, 10))).rejects.toMatchObject({ code: "bad_input" });
    await ledger.reserve(reserveOf("r", 10, 10));
    await ledger.attempts.begin(beginOf("r", 10));
    await expect(ledger.attempts.finish(finishOf("r", 1, "nine byte"))).rejects.toMatchObject({
      code: "record_too_large",
      message: "outcome has 9 bytes; expected at most 8",
    });
    await expect(ledger.answers.keep("q", bytes("nine byte"))).rejects.toMatchObject({ code: "record_too_large" });
    expect((await ledger.attempts.finish(finishOf("r", 1, "fit"))).status).toBe("finished");
    expect(await ledger.outbox.read(10)).toHaveLength(2);
  });

  test("a closed handle refuses, and closing twice is no error", async () => {
    const ledger = await store().open();
    const asked = ledger.reserve(reserveOf("r", 1, 10));
    await ledger.close();
    await ledger.close();
    expect((await asked).status).toBe("created");
    await expect(ledger.reserve(reserveOf("s", 1, 10))).rejects.toMatchObject({ code: "unavailable" });
  });
}
