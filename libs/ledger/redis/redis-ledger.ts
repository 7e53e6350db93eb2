import { randomUUID } from "node:crypto";
import {
  type AccountKey, type AccountsPage, type AnswerRegister, type Archive, type ArchiveResult, accountId, archiveIdOf, type Balance, checkArchive, checkBegin, checkBytes, checkFinish, checkLateSettle, checkOverride,
  checkRelease, checkReserve, checkText, type LateSettle, type LateSettleResult, type LedgerCounts, type LedgerSnapshot, type Outbox, type Override,
  type OverrideResult, overrideOf, type PlaceOverride, type Release, type ReleaseResult, type Reserve, type ReserveResult, type RestoreResult,
  tenantOf, type Uncleared, type UnclearedReservation,
} from "@leverframe/budget";
import type { DeferredStore } from "@leverframe/deferral";
import type { AttemptStore, BeginAttempt, BeginResult, FinishAttempt, FinishResult } from "@leverframe/execution";
import { type Ledger, type LedgerLimits, type LedgerOptions, limitsOf } from "../ledger";
import { fenced, isFenced, LedgerLife, lifeOnRecord, LOST } from "./ledger-life";
import { RedisClient, type ScriptArgument, type ScriptName } from "./redis-client";
import { RedisDeferred } from "./redis-deferred";
import { checkDurability, type DurabilityCheck } from "./redis-durability";
import { overrideText } from "./redis-encoding";
import { type LedgerKeys, keysOf, RedisReads } from "./redis-reads";
import { restoreInto } from "./redis-restore";
import { ReserveBatch } from "./reserve-batch";

export interface RedisLedgerOptions extends LedgerOptions {
  /** `redis://[user:password@]host:port/db`. */
  readonly url: string;
  /** The hash tag of all keys; one ledger for each. */
  readonly name?: string;
  /** The epoch that must be found, for good. Without it the one that is there is taken, and a rebuilt ledger is followed into its new one. */
  readonly epoch?: string;
  /** Whether a ledger must be there already, asked only when none is: then it was lost, and no new one is begun in its place. Absent: a new one is begun. */
  readonly expectExisting?: () => boolean | Promise<boolean>;
  /** Replicas that must have a command before it is answered; absent: none. */
  readonly waitReplicas?: number;
  /** About a server that may forget what it answered; absent: `require`. */
  readonly durability?: DurabilityCheck;
  readonly onWarning?: (message: string) => void;
  /** To read what is left of a ledger and to restore it: takes whatever epoch is there, or none, and changes nothing else. */
  readonly repair?: boolean;
  /** How long a command waits for its answer, reconnects included. */
  readonly timeoutMs?: number;
}

export interface RedisLedger extends Ledger {
  /** Names this ledger's life: a Redis that lost its data has another or none, and every command is refused until it is rebuilt. */
  readonly epoch: string;
}

const SECONDS_PER_HOUR = 3_600;
const TIMEOUT_MS = 5_000;
const CHANGES_MAX = 32;

/**
 * The ledger in Redis or Valkey: each command is one Lua script that reads all, decides, then writes all, so it is
 * atomic, and every key has one hash tag, so it may span scopes. `unavailable` when the server cannot be reached or
 * its epoch is not the expected one; `bad_config` when it may forget what it answered.
 */
export async function openRedisLedger(options: RedisLedgerOptions): Promise<RedisLedger> {
  const { waitReplicas = 0, durability = "require", onWarning = () => undefined, repair = false } = options;
  const client = new RedisClient(options.url, options.timeoutMs ?? TIMEOUT_MS, waitReplicas);
  // The layout of the keys has a version, as the scripts have.
  const prefix = `{${options.name ?? "ledger"}}:v1:`;
  try {
    await checkDurability(client, repair ? "ignore" : durability, waitReplicas, onWarning);
    const meta = `${prefix}meta`;
    if (!repair) await openEpoch(client, meta, options);
    const record = await lifeOnRecord(client, meta);
    const onFollowed = (epoch: string) => onWarning(`ledger store: it was rebuilt from its journal; going on under epoch \`${epoch}\``);
    // No ledger has an epoch without characters, so what is opened for a repair spends nothing.
    const life = new LedgerLife(client, meta, repair ? { epoch: "", from: 0 } : record, !repair && options.epoch === undefined, onFollowed);
    return new ScriptedLedger(client, prefix, life, limitsOf(options), repair);
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function openEpoch(client: RedisClient, meta: string, { epoch, expectExisting }: RedisLedgerOptions): Promise<void> {
  const { epoch: found } = await lifeOnRecord(client, meta);
  if (found !== null) {
    if (found.startsWith(LOST)) throw fenced(found, epoch ?? "one under which nothing was lost");
    if (epoch !== undefined && epoch !== found) throw fenced(found, epoch);
    return;
  }
  if (epoch !== undefined || (await expectExisting?.())) throw fenced(null, epoch ?? "that of the ledger which was here before");
  // Several processes may begin at once: the first one's epoch is everybody's.
  await client.run((redis) => redis.hsetnx(meta, "epoch", randomUUID()));
}

class ScriptedLedger implements RedisLedger {
  readonly attempts: AttemptStore;
  readonly answers: AnswerRegister;
  readonly deferred: DeferredStore;
  readonly outbox: Outbox;
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #keys: LedgerKeys;
  readonly #life: LedgerLife;
  readonly #limits: LedgerLimits;
  readonly #keepSeconds: number;
  readonly #reads: RedisReads;
  readonly #reserves: ReserveBatch;
  readonly #instance = randomUUID();
  #begins = 0;

  constructor(client: RedisClient, prefix: string, life: LedgerLife, limits: LedgerLimits, repair: boolean) {
    this.#client = client;
    this.#prefix = prefix;
    this.#life = life;
    this.#limits = limits;
    this.#keepSeconds = Math.max(1, Math.ceil(limits.keepHours * SECONDS_PER_HOUR));
    this.#keys = keysOf(prefix);
    this.#reads = new RedisReads(client, this.#keys, repair ? null : life);
    this.outbox = this.#reads;
    this.#reserves = new ReserveBatch(this.#keys, this.#keepSeconds, (keys, args) => this.#script("lf_reserve_v5", keys, args), life);
    client.flush = () => this.#reserves.send();
    this.attempts = { begin: (attempt) => this.#begin(attempt), finish: (attempt) => this.#finish(attempt) };
    this.answers = { keep: (requestId, answer) => this.#keepAnswer(requestId, answer) };
    this.deferred = new RedisDeferred(client, prefix, {
      script: (name, keys, args) => this.#script(name, keys, args),
      check: () => this.#reads.checkEpoch(),
      keepSeconds: this.#keepSeconds,
      parkedMax: limits.parkedMax,
    });
  }

  get epoch(): string {
    return this.#life.epoch;
  }

  async reserve(command: Reserve): Promise<ReserveResult> {
    checkReserve(command);
    return this.#reserves.add(command);
  }

  async release(command: Release): Promise<ReleaseResult> {
    checkRelease(command);
    const reply = await this.#onReservation("lf_release_v3", command.reservationId, [command.nowMicros, command.callsKnown ? 1 : 0]);
    const [status, freed, sequence] = texts(reply);
    if (status !== "released") return { status: status as Exclude<ReleaseResult["status"], "released"> };
    this.#life.saw(sequence);
    return { status, freedMicroUsd: Number(freed) };
  }

  async settleLate(command: LateSettle): Promise<LateSettleResult> {
    checkLateSettle(command);
    const { attemptId, reservationId, chargeMicroUsd, chargeTokens, costNanoUsd, nowMicros } = command;
    const args = [attemptId, chargeMicroUsd, String(costNanoUsd), nowMicros, chargeTokens ?? ""];
    const [status, freed, sequence] = texts(await this.#onReservation("lf_settle_late_v2", reservationId, args));
    if (status !== "late_settled") return { status: status as Exclude<LateSettleResult["status"], "late_settled"> };
    this.#life.saw(sequence);
    return { status, freedMicroUsd: Number(freed) };
  }

  async override(command: PlaceOverride): Promise<OverrideResult> {
    checkOverride(command);
    const { overrideId, tenant, declaredCap, deltaCap, fromMicros, untilMicros, nowMicros } = command;
    const { meta, balances, overrides, outbox } = this.#keys;
    const change = [declaredCap ?? "", deltaCap, fromMicros, untilMicros, nowMicros, overrideText(overrideOf(command)), CHANGES_MAX];
    const args = [overrideId, tenant, accountId(command), ...change];
    const [status, cap, sequence] = texts(await this.#script("lf_override_v1", [meta, balances, overrides, outbox], args));
    this.#life.saw(sequence ?? "0");
    if (status === "created" || status === "exists") return { status, cap: Number(cap) };
    return { status: status as Exclude<OverrideResult["status"], "created" | "exists"> };
  }

  async archive(command: Archive): Promise<ArchiveResult> {
    checkArchive(command);
    const { meta, balances, idle, outbox } = this.#keys;
    const { idleMicrosMin, nowMicros, scope } = command;
    const args = [accountId(command), idleMicrosMin ?? "", nowMicros, archiveIdOf(command, nowMicros), tenantOf(scope)];
    const [status, settled, sequence] = texts(await this.#script("lf_archive_v1", [meta, balances, idle, outbox], args));
    if (status !== "archived") return { status: status as Exclude<ArchiveResult["status"], "archived"> };
    this.#life.saw(sequence);
    return { status, settled: Number(settled) };
  }

  restore(snapshot: LedgerSnapshot): Promise<RestoreResult> {
    return restoreInto(this.#client, this.#prefix, this.#keys, this.#keepSeconds, snapshot);
  }

  position(): Promise<number> {
    return this.#reads.position();
  }

  overrides(): Promise<readonly Override[]> {
    return this.#reads.overrides();
  }

  balances(scopePrefix = ""): Promise<readonly Balance[]> {
    return this.#reads.balances(scopePrefix);
  }

  balancesOf(accounts: readonly AccountKey[]): Promise<readonly Balance[]> {
    return this.#reads.balancesOf(accounts);
  }

  accountsFrom(cursor: string | null, countMax: number): Promise<AccountsPage> {
    return this.#reads.accountsFrom(cursor, countMax);
  }

  counts(): Promise<LedgerCounts> {
    return this.#reads.counts();
  }

  uncleared(): Promise<Uncleared> {
    return this.#reads.uncleared();
  }

  unclearedReservations(reservedBeforeMicros: number, countMax: number): Promise<readonly UnclearedReservation[]> {
    return this.#reads.unclearedReservations(reservedBeforeMicros, countMax);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #begin(attempt: BeginAttempt): Promise<BeginResult> {
    checkBegin(attempt);
    const { attemptId, reservationId, worstCaseMicroUsd, worstCaseTokens = 0, labels = [], owner, nowMicros } = attempt;
    const token = `${this.#instance}.${this.#begins++}`;
    const keys = [this.#keys.meta, this.#keys.reservation + reservationId];
    const args = [attemptId, worstCaseMicroUsd, owner, nowMicros, token, worstCaseTokens, labels.length === 0 ? "" : `\t${labels.join("\t")}\t`];
    const reply = await this.#script("lf_begin_v2", keys, args);
    const status = String(reply[0]) as BeginResult["status"];
    if (status === "finished") return { status, outcome: bytesOf(reply[1]) };
    if (status === "in_flight") return { status, owner: String(reply[1]), beganAtMicros: Number(String(reply[2])) };
    return { status };
  }

  async #finish(attempt: FinishAttempt): Promise<FinishResult> {
    checkFinish(attempt, this.#limits.outcomeBytesMax);
    const { attemptId, reservationId, chargeMicroUsd, chargeTokens, costNanoUsd, basis = "usage", nowMicros, outcome } = attempt;
    const args = [attemptId, chargeMicroUsd, String(costNanoUsd), nowMicros, outcome, chargeTokens ?? "", basis];
    const [told, kept, sequence] = await this.#onReservation("lf_finish_v3", reservationId, args);
    const status = String(told) as FinishResult["status"];
    if (status === "unknown_attempt" || status === "exceeds_worst_case") return { status };
    if (sequence) this.#life.saw(String(sequence));
    return { status, outcome: status === "finished" ? outcome : bytesOf(kept) };
  }

  async #keepAnswer(requestId: string, answer: Uint8Array): Promise<Uint8Array> {
    checkText("requestId", requestId);
    checkBytes("answer", answer, this.#limits.answerBytesMax);
    const keys = [this.#keys.meta, `${this.#prefix}answer:${requestId}`];
    const [kept] = await this.#script("lf_keep_answer_v2", keys, [this.#keepSeconds, answer]);
    return kept === undefined ? answer : bytesOf(kept);
  }

  #onReservation(name: ScriptName, reservationId: string, args: readonly ScriptArgument[]): Promise<Buffer[]> {
    const { meta, balances, outbox, uncleared, reservation } = this.#keys;
    const keys = [meta, balances, reservation + reservationId, outbox, uncleared];
    return this.#script(name, keys, [this.#keepSeconds, reservationId, ...args]);
  }

  /** Behind the fence of this ledger's life. One that was rebuilt meanwhile is asked again, in its new life: commands repeat safely. */
  async #script(name: ScriptName, keys: readonly string[], args: readonly ScriptArgument[]): Promise<Buffer[]> {
    const { epoch } = this.#life;
    try {
      return await this.#client.script(name, keys, [epoch, this.#life.sequenceSeen, ...args]);
    } catch (error) {
      if (!isFenced(error) || !(await this.#life.follow(epoch))) throw error;
      return this.#client.script(name, keys, [this.#life.epoch, this.#life.sequenceSeen, ...args]);
    }
  }
}

function texts(reply: readonly Buffer[]): string[] {
  return reply.map(String);
}

/** A view without Buffer's own methods, as every store hands out. */
function bytesOf(buffer: Buffer | undefined): Uint8Array {
  return buffer ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array();
}
