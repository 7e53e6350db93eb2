import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type JournalEntry, ledgerEntryOf } from "@leverframe/budget";
import { TopicNames, topicSpecs } from "@leverframe/contracts";
import { loadConfig, openCodec, openLog } from "@leverframe/nest";
import { ROOT } from "../../support/installation";

const ENTRIES = 1_000_000;
const ENTRIES_PER_REQUEST = 3;
const BATCH = 2_000;
const DEPARTMENTS = 9;
const USERS = 400;
const AMOUNT = 50_000;
const CHARGE = 9_000;
const OUT_MAX = 1_048_576;
/** A month's requests: one every three seconds or so. */
const BETWEEN_MICROS = 8_000_000;
const BEGINS_AT = Date.UTC(2026, 9, 1) * 1_000;
const DIST = process.env["LEVERFRAME_TEST_DIST"] ?? path.join(ROOT, "dist");

interface RebuildAnswer {
  readonly done: string;
  readonly entries: number;
  readonly seconds: number;
  readonly accounts: number;
}

/** What an operator waits for: `leverframe ledger rebuild` of a lost store, from a log of a million entries, as a process of its own. */
export async function rebuildMillion(dataDir: string, progress: (text: string) => void): Promise<RebuildAnswer> {
  progress(`writing a journal of ${ENTRIES} entries`);
  await writeJournal(dataDir);
  progress("rebuilding");
  const args = ["--disable-warning=ExperimentalWarning", path.join(DIST, "cli", "main.js"), "--data-dir", dataDir, "ledger", "rebuild", "--format", "json"];
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, maxBuffer: OUT_MAX, env: { ...process.env, LEVERFRAME_PROFILE: "embedded" } });
  const seconds = (performance.now() - startedAt) / 1_000;
  const answer = JSON.parse(stdout) as RebuildAnswer;
  if (answer.done !== "restored" || answer.entries !== ENTRIES) throw new Error(`the rebuild ended with ${stdout}`);
  return { ...answer, seconds };
}

async function writeJournal(dataDir: string): Promise<void> {
  const config = loadConfig({ env: {}, overrides: { dataDir } });
  const names = new TopicNames(config.topicPrefix);
  const log = openLog(config);
  try {
    const codec = await openCodec(config, names);
    await log.ensureTopics(topicSpecs(["default"], { names }));
    const topic = names.name("ledger-entries");
    const writer = new JournalWriter();
    for (let written = 0; written < ENTRIES; written += BATCH) {
      const entries = Array.from({ length: Math.min(BATCH, ENTRIES - written) }, () => writer.next());
      await log.append(entries.map((entry) => ({ topic, key: Buffer.from(entry.requestId), value: codec.encode("ledger-entry", ledgerEntryOf(entry)) })));
    }
  } finally {
    await log.close();
  }
}

/** Requests one after the other, each reserved, settled and released on its tenant, department and user. */
class JournalWriter {
  private sequence = 0;
  private readonly balances = new Map<string, { reserved: number; settled: number }>();

  next(): JournalEntry {
    const request = Math.floor(this.sequence / ENTRIES_PER_REQUEST);
    const step = this.sequence % ENTRIES_PER_REQUEST;
    this.sequence += 1;
    const [kind, reserved, settled] = ([["reserved", AMOUNT, 0], ["settled", -CHARGE, CHARGE], ["released", CHARGE - AMOUNT, 0]] as const)[step]!;
    const reservationId = `018f0000-0000-7000-8000-${String(request).padStart(12, "0")}.reservation.0`;
    const attemptId = kind === "settled" ? `${reservationId}.attempt.0` : null;
    const atMicros = BEGINS_AT + request * BETWEEN_MICROS;
    const window = new Date(atMicros / 1_000).toISOString().slice(0, "2026-11".length);
    const department = `acme/department-${request % DEPARTMENTS}`;
    const scopes = ["tenant:acme", `department:${department}`, `user:acme/user-${request % USERS}`];
    return {
      entryId: `${attemptId ?? reservationId}.${kind}`,
      sequence: this.sequence,
      kind,
      reservationId,
      attemptId,
      requestId: reservationId.slice(0, -".reservation.0".length),
      tenant: "acme",
      amountMicroUsd: Math.abs(reserved),
      costNanoUsd: BigInt(settled) * 1_000n,
      status: kind === "reserved" ? "created" : kind === "settled" ? "finished" : "released",
      postings: scopes.map((scope) => this.post(scope, window, reserved, settled)),
      override: null,
      atMicros,
    };
  }

  private post(scope: string, window: string, reservedDelta: number, settledDelta: number): JournalEntry["postings"][number] {
    const key = `${scope} ${window}`;
    const before = this.balances.get(key) ?? { reserved: 0, settled: 0 };
    const after = { reserved: before.reserved + reservedDelta, settled: before.settled + settledDelta };
    this.balances.set(key, after);
    return { scope, window, unit: "usd", reservedDelta, settledDelta, reservedAfter: after.reserved, settledAfter: after.settled, cap: null };
  }
}
