import { ledgerEntryRows, migrate, openAnalytics } from "@leverframe/analytics";
import type { Posting } from "@leverframe/events";
import { Command } from "commander";
import path from "node:path";
import { addGlobalOptions } from "../../global-options";
import { capturedTerminal } from "../../testing/captured-terminal";
import { withTemporaryFolder } from "../../testing/temporary-installation";
import { addLedgerForecast } from "./forecast";

const DAY_MICROS = 86_400_000_000;
const SALES = "department:acme/Sales";
const USD = 1_000_000;

/** Forty days of so many dollars a day, up to now. */
function settlements(scope: string, usdPerDay: number) {
  const now = Date.now() * 1_000;
  return Array.from({ length: 41 }, (_, back) => {
    const at = now - back * DAY_MICROS;
    const posting: Posting = {
      scope, window: new Date(at / 1_000).toISOString().slice(0, 7), unit: "usd", cap: null, reservedDeltaMicroUsd: 0, settledDeltaMicroUsd: usdPerDay * USD, reservedAfterMicroUsd: 0,
      settledAfterMicroUsd: usdPerDay * USD,
    };
    return ledgerEntryRows({
      entryId: `${scope}.${back}`, sequence: 100 - back, kind: "settled", reservationId: "r", attemptId: null, requestId: "q", tenant: "acme", amountMicroUsd: usdPerDay * USD, costNanoUsd: 0n,
      status: "finished", postings: [posting], override: null, at,
    });
  }).flat();
}

async function run(dataDir: string, ...argv: readonly string[]) {
  const terminal = capturedTerminal("", 200);
  const program = addGlobalOptions(new Command("leverframe")).exitOverride();
  let exitCode: number | null = null;
  addLedgerForecast(program, terminal, (code) => (exitCode = code));
  await program.parseAsync(["--data-dir", dataDir, "forecast", ...argv], { from: "user" });
  return { exitCode, out: terminal.outLines.join("\n"), err: terminal.errLines.join("\n") };
}

describe("leverframe ledger forecast", () => {
  it("shows what windows will end at, with bounds and the day of exhaustion, for budgets and for a scope without one", () =>
    withTemporaryFolder(async (dataDir) => {
      const analytics = openAnalytics({ path: path.join(dataDir, "analytics") });
      try {
        await migrate(analytics);
        for (const { table, rows } of [...settlements(SALES, 400), ...settlements("team:acme/nobody-knows", 2)]) await analytics.insert(table, rows.map((row) => JSON.stringify(row)));
        const { exitCode, out } = await run(dataDir, "--scope", `${SALES},team:acme/nobody-knows`, "--format", "json");
        expect(exitCode).toBe(0);
        const [sales, ann] = JSON.parse(out) as [Record<string, number | string | null>, Record<string, number | string | null>];
        expect(sales).toMatchObject({ scope: SALES, unit: "usd", cap: 3_000, basis: "seasonal", historyDays: 40 });
        expect(sales["projected"]).toBeGreaterThan(11_000);
        expect(sales["exhaustedOn"] === null || /^\d{4}-\d\d-\d\d$/.test(String(sales["exhaustedOn"]))).toBe(true);
        expect(ann).toMatchObject({ scope: "team:acme/nobody-knows", cap: null, exhaustedOn: null });
        const all = await run(dataDir, "--scope", "department:*");
        expect(all.out).toContain("at the end");
        expect(all.out).toMatch(/department:acme\/Sales +2\d{3}-\d\d/);
        expect((await run(dataDir, "--scope", "team:nobody/*")).err).toContain("no scope with a budget");
      } finally {
        await analytics.close();
      }
    }));
});
