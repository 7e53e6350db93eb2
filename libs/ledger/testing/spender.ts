import type { Ledger } from "../ledger";
import { openRedisLedger } from "../redis/redis-ledger";
import { openSqliteLedger } from "../sqlite/sqlite-ledger";
import type { SpenderOptions } from "./spender-process";

/**
 * A process of its own that spends as fast as it can: several lanes, each reserve → begin → finish → release, one line
 * on stdout for every step that the ledger has answered. Ends when the cap is used up, or is killed before.
 */
const options = JSON.parse(process.argv[2] ?? "") as SpenderOptions;
const { store, name, cap, lanes, spendsMax, atOnce, archives = false } = options;
/** Thousands of commands may stand before one of ours. */
const TIMEOUT_MS = 60_000;
const ledger: Ledger = "path" in store ? openSqliteLedger(store) : await openRedisLedger({ ...store, timeoutMs: TIMEOUT_MS });
const say = (step: string, id: string) => process.stdout.write(`${step} ${id}\n`);

async function reserve(id: string): Promise<boolean> {
  const tenant = { scope: "tenant:acme", window: "2026-11", unit: "usd" as const, only: null, cap, hard: true };
  const accounts = archives ? [tenant, { ...tenant, scope: `run:acme/${id}`, window: "total" }] : [tenant];
  const command = { reservationId: id, requestId: id, tenant: "acme", amountsMicroUsd: [10], accounts };
  const { status } = await ledger.reserve({ ...command, deadlineAtMicros: 1, nowMicros: 1 });
  say(status, id);
  return status === "created";
}

async function spend(id: string): Promise<boolean> {
  if (!(await reserve(id))) return false;
  const attempt = { attemptId: `${id}.attempt.0`, reservationId: id, nowMicros: 1 };
  say((await ledger.attempts.begin({ ...attempt, worstCaseMicroUsd: 10, owner: name })).status, id);
  const charge = { chargeMicroUsd: 7, costNanoUsd: 7_000n, outcome: new TextEncoder().encode(id) };
  say((await ledger.attempts.finish({ ...attempt, ...charge })).status, id);
  say((await ledger.release({ reservationId: id, nowMicros: 1 })).status, id);
  if (archives) say((await ledger.archive({ scope: `run:acme/${id}`, window: "total", unit: "usd", idleMicrosMin: null, nowMicros: 1 })).status, id);
  return true;
}

async function lane(prefix: string): Promise<void> {
  for (let index = 0; index < spendsMax; index++) if (!(await spend(`${prefix}.${index}`))) return;
}

if (atOnce === undefined) await Promise.all(Array.from({ length: lanes }, (_, index) => lane(`${name}.${index}`)));
else await Promise.all(Array.from({ length: atOnce }, (_, index) => reserve(`${name}.${index}`)));
await ledger.close();
// A command that was sent twice leaves a timer of a minute behind, which would keep the process for as long.
process.stdout.write("", () => process.exit(0));
