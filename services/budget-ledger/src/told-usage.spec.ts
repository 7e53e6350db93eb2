import { appendFileSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type AccountRef, verifyJournal } from "@leverframe/budget";
import { AppError } from "@leverframe/kernel";
import { type Ledger, openSqliteLedger } from "@leverframe/ledger";
import { Sweeper } from "./sweeper";
import { ToldUsages } from "./told-usage";
import { UsageFolder } from "./usage-folder";

const ACCOUNTS: readonly AccountRef[] = [{ scope: "tenant:acme", window: "2026-11", unit: "usd", only: null, cap: 10_000, hard: true }];
const LIMITS = { callMicrosMax: 100, idleMicrosMax: 1_000 };

describe("usage reports in a folder", () => {
  let dir: string;
  let ledger: Ledger;
  let nowMicros = 0;
  let problems: string[];
  let corrected: string[];
  const clock = { nowMicros: () => nowMicros };
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "usage-"));
    ledger = openSqliteLedger({ path: ":memory:" });
    [nowMicros, problems, corrected] = [0, [], []];
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(dir, { recursive: true });
  });

  const folder = () => new UsageFolder(dir, (problem) => problems.push(problem));
  const report = (name: string, ...lines: readonly string[]) => writeFileSync(path.join(dir, name), `${lines.join("\n")}\n`);
  const sweeper = (sources = [folder()]) =>
    new Sweeper({
      ledger, clock, limits: LIMITS, periodMs: 60_000, onSwept: () => undefined, onError: (error) => problems.push(String(error)),
      told: new ToldUsages({ ledger, clock, sources, onCorrected: (attemptId, freed) => corrected.push(`${attemptId} ${freed}`) }),
    });
  const begin = async (reservationId: string) => {
    await ledger.reserve({ reservationId, requestId: reservationId, tenant: "acme", amountsMicroUsd: [2_000], accounts: ACCOUNTS, deadlineAtMicros: 1e15, nowMicros });
    await ledger.attempts.begin({ attemptId: `${reservationId}.attempt.0`, reservationId, worstCaseMicroUsd: 1_000, worstCaseTokens: 50, owner: "dead", nowMicros });
  };
  const settled = async () => (await ledger.balances())[0]?.settled;
  const twice = async (one: Sweeper) => {
    await one.look();
    await one.look();
  };

  it("settle a call that nobody saw the end of by what the provider counted, once it is abandoned, and not before", async () => {
    await begin("a");
    report("day.csv", "X-Leverframe-Attempt,Cost,Total Tokens", "a.attempt.0,0.000300,40");
    const one = sweeper();
    nowMicros = 50;
    await twice(one);
    expect(await settled()).toBe(0);
    nowMicros = 100;
    await one.look();
    expect(await settled()).toBe(300);
    expect((await ledger.outbox.read(9)).map(({ kind, status }) => `${kind} ${status}`)).toEqual(["reserved created", "settled finished"]);
    expect([problems, corrected]).toEqual([[], []]);
  });

  it("correct what was charged at its worst case, once, also when they come again or a second process reads them", async () => {
    await begin("a");
    await begin("b");
    nowMicros = 1_000;
    await sweeper([]).look();
    expect(await settled()).toBe(2_000);
    report("day.csv", "attempt_id,cost_usd", "a.attempt.0,0.0002000001", "c.attempt.0,1", "b.attempt.0,0.0011");
    await Promise.all([twice(sweeper()), twice(sweeper())]);
    await twice(sweeper());
    // Rounded up to the micro-dollar; a bill above what was charged changes nothing.
    expect(corrected).toEqual(["a.attempt.0 799"]);
    expect(await settled()).toBe(1_201);
    expect(problems).toEqual([]);
    expect(verifyJournal(await ledger.outbox.read(99), await ledger.balances())).toEqual([]);
  });

  it("are read when they are whole, and again when they have grown", async () => {
    const source = folder();
    report("day.csv", "attempt_id,cost_usd", "a.attempt.0,0.01");
    expect(await source.look()).toEqual([]);
    appendFileSync(path.join(dir, "day.csv"), "b.attempt.0,0.02\n");
    expect(await source.look()).toEqual([]);
    expect((await source.look()).map(({ attemptId }) => attemptId)).toEqual(["a.attempt.0", "b.attempt.0"]);
    expect(await source.look()).toEqual([]);
    unlinkSync(path.join(dir, "day.csv"));
    expect(await source.look()).toEqual([]);
  });

  it("I5 nothing lost: are told to the ledger when it is back, also those behind one that it refuses", async () => {
    for (const id of ["a", "b", "c"]) await begin(id);
    nowMicros = 1_000;
    await sweeper([]).look();
    report("day.csv", "attempt_id,cost_usd", "a.attempt.0,0.0001", `${"x".repeat(600)}.attempt.0,1`, "b.attempt.0,0.0001", "c.attempt.0,0.0001");
    const told: string[] = [];
    let away = true;
    const settleLate: Ledger["settleLate"] = (command) => {
      if (away && command.attemptId === "b.attempt.0") return Promise.reject(new AppError("unavailable", "the store is away"));
      return ledger.settleLate(command);
    };
    const usages = new ToldUsages({ ledger: { settleLate }, clock, sources: [folder()], onCorrected: (attemptId) => told.push(attemptId) });
    await usages.look();
    await expect(usages.look()).rejects.toThrow("the store is away");
    expect(told).toEqual(["a.attempt.0"]);
    away = false;
    await usages.look();
    expect(told).toEqual(["a.attempt.0", "b.attempt.0", "c.attempt.0"]);
  });

  it("that cannot be read are complained of, once, and keep no other from being read", async () => {
    report("a.csv", "day,amount", "2026-11-21,1");
    report("b.csv", "attempt_id,cost_usd,tokens", "x.attempt.0,free,1", "y.attempt.0,1e-3,1", "z.attempt.0,0.5,many", ",1,1", "ok.attempt.0,$0.000000001,");
    report("notes.txt", "attempt_id,cost_usd", "n.attempt.0,1");
    const source = folder();
    await source.look();
    expect(await source.look()).toEqual([{ attemptId: "ok.attempt.0", costNanoUsd: 1n, chargeMicroUsd: 1, chargeTokens: null }]);
    await source.look();
    expect(problems).toEqual([
      expect.stringContaining("a.csv` is no report of usage: its headings are `day`, `amount`; expected `attempt_id` and `cost_usd`"),
      expect.stringContaining("b.csv` has 4 lines that cannot be read"),
    ]);
  });

  it("of a folder that is not there are told, and everything else is swept", async () => {
    await begin("a");
    nowMicros = 1_000;
    await sweeper([new UsageFolder(path.join(dir, "none"), () => undefined)]).look();
    expect(problems).toEqual([expect.stringContaining("ENOENT")]);
    expect(await settled()).toBe(1_000);
  });
});
