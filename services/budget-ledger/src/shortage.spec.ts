import { AccountBook, type AccountRef, type Balance, emptyBalance, type PlannedPurchase, type ReserveResult } from "@leverframe/budget";
import { type DeferredStore, type Lane, laneText, type Room } from "@leverframe/deferral";
import type { HealthBand } from "@leverframe/health";
import { Registry } from "prom-client";
import type { AccountBooks } from "./account-books";
import { registerDeferralMetrics } from "./deferral-metrics";
import { roomIn } from "./lane-room";
import { shortageOf } from "./shortage";

const NOW = Date.parse("2026-11-21T08:15:30Z") * 1_000;
const account = (scope: string, window: string, over: Partial<AccountRef> = {}): AccountRef => ({ scope, window, unit: "usd", only: null, cap: 100, hard: true, ...over });
const accounts = [
  account("department:acme/Sales", "2026-11"),
  account("department:acme/Sales", "2026-11-21T08:15", { unit: "requests", cap: 5 }),
  account("provider:acme/p", "2026-11", { only: "provider:p" }),
  account("tenant:acme", "request"),
  account("run:acme/night", "total"),
];
const purchase = {
  accounts,
  amountsMicroUsd: [90, 40],
  lines: [{ unit: "usd", only: "provider:p", amounts: [90, 30] }, { unit: "requests", only: null, amounts: [1, 1] }],
} as unknown as PlannedPurchase;
const exceeds = (scope: string, window: string, available: number, over: object = {}) => ({ status: "exceeds_cap", scope, window, unit: "usd", available, repeated: false, ...over }) as ReserveResult;

describe("what a refused reservation waits for", () => {
  test.each<[string, ReserveResult, object | null]>([
    ["room for its cheapest plan", exceeds("department:acme/Sales", "2026-11", 7), { lane: { kind: "account", scope: "department:acme/Sales", window: "month", unit: "usd", cap: null }, need: 40 }],
    ["more than was not enough", exceeds("department:acme/Sales", "2026-11", 55), { need: 56 }],
    ["what its calls take of a partition", exceeds("provider:acme/p", "2026-11", 7), { lane: { scope: "provider:acme/p" }, need: 30 }],
    ["the next minute, under its throttle", { status: "exceeds_rate", scope: "department:acme/Sales", window: "2026-11-21T08:15", unit: "requests", cap: 5, repeated: false }, { lane: { window: "minute", unit: "requests", cap: 5 }, need: 1 }],
    ["nothing: a cap on each request is as low tomorrow", exceeds("tenant:acme", "request", 7), null],
    ["nothing: an agent's run at its limit is stopped", exceeds("run:acme/night", "total", 7), null],
    ["nothing: it is too late", { status: "deadline_exceeded", repeated: false }, null],
    ["nothing: it was granted", { status: "created", option: 0, amountMicroUsd: 1, repeated: false }, null],
  ])("%s", (_, result, expected) => (expected === null ? expect(shortageOf(result, purchase)).toBeNull() : expect(shortageOf(result, purchase)).toMatchObject(expected)));
});

describe("the room in a lane", () => {
  const book = new AccountBook([
    { scope: "department:acme/Sales", window: "month", unit: "usd", cap: 100, hard: true, alertPercents: [], timeZone: "UTC" },
    { scope: "department:acme/Soft", window: "month", unit: "usd", cap: 100, hard: false, alertPercents: [], timeZone: "UTC" },
    { scope: "user:acme/*", window: "day", unit: "tokens", cap: 50, hard: true, alertPercents: [], timeZone: "UTC" },
  ]);
  const change = { overrideId: "o", deltaCap: 20, fromMicros: NOW, untilMicros: NOW + 1 };
  const balances = new Map<string, Partial<Balance>>([
    ["department:acme/Sales 2026-11", { reserved: 30, settled: 65, changes: [change] }],
    ["user:acme/ann 2026-11-21", { settled: 60 }],
    ["department:acme/Sales 2026-11-21T08:15", { settled: 3 }],
  ]);
  const room = (lane: Lane, nowMicros = NOW, bands: Readonly<Record<string, HealthBand>> = {}): Promise<Room> =>
    roomIn(laneText(lane), {
      ledger: { balancesOf: async (keys) => keys.map((key) => ({ ...emptyBalance(key), ...balances.get(`${key.scope} ${key.window}`) })) },
      books: { current: () => ({ book }) as ReturnType<AccountBooks["current"]> },
      bandOf: (id) => bands[id] ?? "ok",
    }, nowMicros);
  const lane = (scope: string, window: string, unit = "usd", cap: number | null = null): Lane => ({ kind: "account", scope, window, unit, cap });
  const capacity = (...candidates: readonly string[]): Lane => ({ kind: "capacity", candidates });

  test.each<[string, Lane, number, Room]>([
    ["is what budgets in force leave, with overrides", lane("department:acme/Sales", "month"), NOW, { available: 25, cap: 120 }],
    ["is less when the override is over", lane("department:acme/Sales", "month"), NOW + 1, { available: 5, cap: 100 }],
    ["is all of the next window", lane("department:acme/Sales", "month"), NOW + 30 * 86_400_000_000, { available: 100, cap: 100 }],
    ["is never below nothing, and follows a template", lane("user:acme/ann", "day", "tokens"), NOW, { available: 0, cap: 50 }],
    ["is what a throttle leaves in this minute", lane("department:acme/Sales", "minute", "requests", 5), NOW, { available: 2, cap: 5 }],
    ["is open where the budget is gone", lane("department:acme/Gone", "month"), NOW, { available: Infinity, cap: Infinity }],
    ["is open where the budget is soft", lane("department:acme/Soft", "month"), NOW, { available: Infinity, cap: Infinity }],
    ["is open where nobody knows the window", lane("department:acme/Sales", "decade"), NOW, { available: Infinity, cap: Infinity }],
  ])("%s", async (_, one, nowMicros, expected) => expect(await room(one, nowMicros)).toEqual(expected));

  test("of capacity is open when one is well, one when one is on probation, none when all are down", async () => {
    expect((await room(capacity("a", "b"), NOW, { a: "down", b: "ok" })).available).toBe(Infinity);
    expect((await room(capacity("a", "b"), NOW, { a: "down", b: "degraded" })).available).toBe(1);
    expect((await room(capacity("a", "b"), NOW, { a: "down", b: "down" })).available).toBe(0);
  });
});

test("metrics tell how many wait, for how long, and what became of them; nothing while the store is away", async () => {
  const registry = new Registry();
  let waiting: DeferredStore["waiting"] = async () => ({ count: 2, oldestParkedAtMicros: NOW - 90_000_000 });
  const metrics = registerDeferralMetrics(registry, { waiting: () => waiting() }, { nowMicros: () => NOW });
  metrics.left("deadline");
  const text = await registry.metrics();
  for (const line of ["leverframe_deferred_waiting 2", "leverframe_deferred_oldest_seconds 90", 'leverframe_deferred_left_total{how="deadline"} 1']) expect(text).toContain(line);
  waiting = () => Promise.reject(new Error("away"));
  expect(await registry.metrics()).not.toMatch(/^leverframe_deferred_(waiting|oldest)/m);
});
