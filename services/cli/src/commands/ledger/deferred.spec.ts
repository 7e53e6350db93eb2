import path from "node:path";
import { laneText } from "@leverframe/deferral";
import { openSqliteLedger } from "@leverframe/ledger";
import { systemClock } from "@leverframe/nest";
import { runCommandLine } from "../../program";
import { capturedTerminal } from "../../testing/captured-terminal";
import { withTemporaryFolder } from "../../testing/temporary-installation";

const SALES = laneText({ kind: "account", scope: "department:acme/Sales", window: "month", unit: "usd", cap: null });
const CAPACITY = laneText({ kind: "capacity", candidates: ["oss/small"] });
const MINUTE = 60_000_000;

describe("leverframe ledger deferred", () => {
  it("shows who waits for what, in the order in which they go on; nobody, when nobody does", async () => {
    await withTemporaryFolder(async (folder) => {
      const run = async (...argv: readonly string[]) => {
        const terminal = capturedTerminal("", 180);
        const exitCode = await runCommandLine(["--data-dir", folder, "ledger", "deferred", ...argv], terminal);
        return { exitCode, out: terminal.outLines.join("\n"), err: terminal.errLines.join("\n") };
      };
      const { deferred, close } = openLedgerIn(folder);
      expect(await run()).toEqual({ exitCode: 0, out: "", err: "nobody waits" });
      const now = systemClock.nowMicros();
      for (const [requestId, lane, ago, need] of [["late", SALES, 1, 1_544], ["early", SALES, 3, 14_504], ["ill", CAPACITY, 2, 1]] as const) {
        const times = { arrivedAtMicros: now - ago * MINUTE, parkedAtMicros: now - ago * MINUTE, untilMicros: now + 60 * MINUTE, restsUntilMicros: 0 };
        await deferred.park({ parkId: `${requestId}.deferred.1`, requestId, tenant: "acme", lane, need, event: new Uint8Array(1), ...times });
      }
      const rows = JSON.parse((await run("--format", "json")).out) as Record<string, unknown>[];
      expect(rows.map(({ requestId, waitsFor, need }) => [requestId, waitsFor, need])).toEqual([
        ["early", "department:acme/Sales (usd, month)", 14_504],
        ["late", "department:acme/Sales (usd, month)", 1_544],
        ["ill", "capacity of oss/small", 1],
      ]);
      expect((await run("--scope", "capacity", "--format", "csv")).out.split("\n").filter((line) => line.includes("acme"))).toHaveLength(1);
      const { out } = await run();
      expect(out).toContain("$0.014504");
      expect(out).toMatch(/3 min .* ago/);
      await close();
    });
  });
});

function openLedgerIn(folder: string) {
  const ledger = openSqliteLedger({ path: path.join(folder, "ledger.db") });
  return { deferred: ledger.deferred, close: () => ledger.close() };
}
