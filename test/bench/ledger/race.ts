import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { verifyJournal } from "@leverframe/budget";
import { openRedisLedger } from "@leverframe/ledger";
import { accountsUnder, reserveOf } from "./accounts";

/** How one process of the race is started: this bundle, told to be one. */
export interface Racer {
  readonly url: string;
  readonly ledger: string;
  readonly name: string;
  readonly reserves: number;
  readonly amountMicroUsd: number;
  readonly cap: number;
  /** Milliseconds since the epoch, so that all begin at once. */
  readonly startAtMs: number;
}

export interface Race {
  readonly granted: number;
  /** How many the cap pays for. */
  readonly affordable: number;
  readonly overspendNanoUsd: number;
}

const PROCESSES = 10;
const RESERVES_EACH = 1_000;
const AMOUNT_MICRO_USD = 10;
/** A tenth of what is asked for, and a bit that pays for nothing. */
const CAP_MICRO_USD = (PROCESSES * RESERVES_EACH * AMOUNT_MICRO_USD) / 10 + 3;
const START_MS = 2_500;
const NANO_PER_MICRO = 1_000;

/** Ten processes ask for a thousand reservations each, all at once, of one cap. Throws when the journal does not prove the outcome. */
export async function race(url: string): Promise<Race> {
  const startAtMs = Date.now() + START_MS;
  const racers = Array.from({ length: PROCESSES }, (_, index): Racer => {
    return { url, ledger: "race", name: `p${index}`, reserves: RESERVES_EACH, amountMicroUsd: AMOUNT_MICRO_USD, cap: CAP_MICRO_USD, startAtMs };
  });
  const granted = (await Promise.all(racers.map(runRacer))).reduce((sum, one) => sum + one, 0);
  const ledger = await openRedisLedger({ url, name: "race" });
  try {
    const balances = await ledger.balances();
    const findings = verifyJournal(await ledger.outbox.read(1_000_000), balances);
    if (findings.length > 0) throw new Error(`the race's journal: ${findings.join("; ")}`);
    const used = Math.max(...balances.map(({ reserved, settled }) => reserved + settled));
    const affordable = Math.floor(CAP_MICRO_USD / AMOUNT_MICRO_USD);
    return { granted, affordable, overspendNanoUsd: Math.max(0, used - CAP_MICRO_USD, granted * AMOUNT_MICRO_USD - CAP_MICRO_USD) * NANO_PER_MICRO };
  } finally {
    await ledger.close();
  }
}

/** One process of the race; says how many it was granted. */
export async function runAsRacer({ url, ledger: name, name: prefix, reserves, amountMicroUsd, cap, startAtMs }: Racer): Promise<number> {
  const ledger = await openRedisLedger({ url, name, timeoutMs: 60_000 });
  const accounts = accountsUnder(cap);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, startAtMs - Date.now())));
  const results = await Promise.all(Array.from({ length: reserves }, (_, index) => ledger.reserve(reserveOf(`${prefix}.${index}`, amountMicroUsd, accounts))));
  process.stdout.write(String(results.filter(({ status }) => status === "created").length));
  await ledger.close();
  return 0;
}

async function runRacer(racer: Racer): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, "--racer", JSON.stringify(racer)], { stdio: ["ignore", "pipe", "inherit"] });
  const said = await text(child.stdout);
  if (!/^\d+$/.test(said)) throw new Error(`a process of the race said \`${said}\``);
  return Number(said);
}
