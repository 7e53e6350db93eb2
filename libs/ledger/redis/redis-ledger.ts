import { randomUUID } from "node:crypto";
import {
  type AnswerRegister,
  amountsKey,
  type Balance,
  checkBegin,
  checkBytes,
  checkFinish,
  checkRelease,
  checkReserve,
  checkText,
  type Outbox,
  type Release,
  type ReleaseResult,
  type Reserve,
  type ReserveOutcome,
  type ReserveResult,
  type Uncleared,
} from "@leverframe/budget";
import type { AttemptStore, BeginAttempt, BeginResult, FinishAttempt, FinishResult } from "@leverframe/execution";
import { type Ledger, type LedgerLimits, type LedgerOptions, limitsOf, RATE_KEEP_SECONDS } from "../ledger";
import { RedisClient, type ScriptArgument, type ScriptName } from "./redis-client";
import { fenced, type LedgerKeys, RedisReads } from "./redis-reads";

export interface RedisLedgerOptions extends LedgerOptions {
  /** `redis://[user:password@]host:port/db`. The server must run with `appendfsync always`. */
  readonly url: string;
  /** The hash tag of all keys; one ledger for each. */
  readonly name?: string;
  /** The epoch that must be found. Without it the one that is there is taken, or a new ledger is begun. */
  readonly epoch?: string;
  /** How long a command waits for its answer, reconnects included. */
  readonly timeoutMs?: number;
}

export interface RedisLedger extends Ledger {
  /** Names this ledger's life: a Redis that lost its data has another or none, and every command is refused. */
  readonly epoch: string;
}

const SECONDS_PER_HOUR = 3_600;
const TIMEOUT_MS = 5_000;

/**
 * The ledger in Redis or Valkey: each command is one Lua script that reads all, decides, then writes all, so it is
 * atomic, and every key has one hash tag, so it may span scopes. `unavailable` when the server cannot be reached or
 * its epoch is not the expected one.
 */
export async function openRedisLedger(options: RedisLedgerOptions): Promise<RedisLedger> {
  const client = new RedisClient(options.url, options.timeoutMs ?? TIMEOUT_MS);
  // The layout of the keys has a version, as the scripts have.
  const prefix = `{${options.name ?? "ledger"}}:v1:`;
  try {
    const epoch = await client.run(async (redis) => {
      if (options.epoch === undefined) await redis.hsetnx(`${prefix}meta`, "epoch", randomUUID());
      return redis.hget(`${prefix}meta`, "epoch");
    });
    if (epoch === null || (options.epoch ?? epoch) !== epoch) throw fenced(epoch, options.epoch ?? "");
    return new ScriptedLedger(client, prefix, epoch, limitsOf(options));
  } catch (error) {
    await client.close();
    throw error;
  }
}

class ScriptedLedger implements RedisLedger {
  readonly attempts: AttemptStore;
  readonly answers: AnswerRegister;
  readonly outbox: Outbox;
  readonly epoch: string;
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #keys: LedgerKeys;
  readonly #limits: LedgerLimits;
  readonly #keepSeconds: number;
  readonly #reads: RedisReads;
  readonly #instance = randomUUID();
  #begins = 0;
  #sequenceSeen = 0;

  constructor(client: RedisClient, prefix: string, epoch: string, limits: LedgerLimits) {
    this.#client = client;
    this.#prefix = prefix;
    this.epoch = epoch;
    this.#limits = limits;
    this.#keepSeconds = Math.max(1, Math.ceil(limits.keepHours * SECONDS_PER_HOUR));
    const key = (name: string) => prefix + name;
    this.#keys = { meta: key("meta"), balances: key("balances"), outbox: key("outbox"), uncleared: key("uncleared") };
    this.#reads = new RedisReads(client, this.#keys, epoch);
    this.outbox = this.#reads;
    this.attempts = { begin: (attempt) => this.#begin(attempt), finish: (attempt) => this.#finish(attempt) };
    this.answers = { keep: (requestId, answer) => this.#keepAnswer(requestId, answer) };
  }

  async reserve(command: Reserve): Promise<ReserveResult> {
    checkReserve(command);
    const { reservationId, requestId, tenant, nowMicros, deadlineAtMicros, rates = [] } = command;
    const asked = amountsKey(command.amountsMicroUsd);
    const args: ScriptArgument[] = [requestId, tenant, nowMicros, deadlineAtMicros, asked, RATE_KEEP_SECONDS];
    for (const { scope, window, requestsMax } of rates) args.push(`${scope}\t${window}`, requestsMax);
    for (const { scope, window, capMicroUsd, hard } of command.accounts) {
      args.push(`${scope}\t${window}`, capMicroUsd ?? "", hard ? "1" : "0");
    }
    const counts = rates.map(({ scope, window }) => `${this.#prefix}rate:${scope}\t${window}`);
    const [kept, askedFirst, outcome, sequence] = texts(await this.#onReservation("lf_reserve_v2", reservationId, args, counts));
    this.#saw(sequence);
    const told = outcomeFrom(outcome ?? "");
    if (askedFirst === asked) return { ...told, repeated: kept === "kept" };
    const amountMicroUsd = told.status === "created" ? told.amountMicroUsd : null;
    return { status: "exists_with_different_amount", amountMicroUsd };
  }

  async release(command: Release): Promise<ReleaseResult> {
    checkRelease(command);
    const reply = await this.#onReservation("lf_release_v1", command.reservationId, [command.nowMicros]);
    const [status, freed, sequence] = texts(reply);
    if (status !== "released") return { status: status as "already_released" | "unknown_reservation" };
    this.#saw(sequence);
    return { status, freedMicroUsd: Number(freed) };
  }

  balances(scopePrefix = ""): Promise<readonly Balance[]> {
    return this.#reads.balances(scopePrefix);
  }

  uncleared(): Promise<Uncleared> {
    return this.#reads.uncleared();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #begin(attempt: BeginAttempt): Promise<BeginResult> {
    checkBegin(attempt);
    const { attemptId, reservationId, worstCaseMicroUsd, owner, nowMicros } = attempt;
    const token = `${this.#instance}.${this.#begins++}`;
    const keys = [this.#keys.meta, this.#reservationKey(reservationId)];
    const args = [attemptId, worstCaseMicroUsd, owner, nowMicros, token];
    const reply = await this.#client.script("lf_begin_v1", keys, [this.epoch, this.#sequenceSeen, ...args]);
    const status = String(reply[0]) as BeginResult["status"];
    if (status === "finished") return { status, outcome: bytesOf(reply[1]) };
    if (status === "in_flight") return { status, owner: String(reply[1]), beganAtMicros: Number(String(reply[2])) };
    return { status };
  }

  async #finish(attempt: FinishAttempt): Promise<FinishResult> {
    checkFinish(attempt, this.#limits.outcomeBytesMax);
    const { attemptId, reservationId, chargeMicroUsd, costNanoUsd, nowMicros, outcome } = attempt;
    const args = [attemptId, chargeMicroUsd, String(costNanoUsd), nowMicros, outcome];
    const reply = await this.#onReservation("lf_finish_v1", reservationId, args);
    const status = String(reply[0]) as FinishResult["status"];
    if (status === "already_finished") return { status, outcome: bytesOf(reply[1]) };
    if (status !== "finished") return { status };
    this.#saw(String(reply[1]));
    return { status, outcome };
  }

  async #keepAnswer(requestId: string, answer: Uint8Array): Promise<Uint8Array> {
    checkText("requestId", requestId);
    checkBytes("answer", answer, this.#limits.answerBytesMax);
    const keys = [this.#keys.meta, `${this.#prefix}answer:${requestId}`];
    const args = [this.epoch, this.#sequenceSeen, this.#keepSeconds, answer];
    const [kept] = await this.#client.script("lf_keep_answer_v1", keys, args);
    return kept === undefined ? answer : bytesOf(kept);
  }

  #onReservation(name: ScriptName, reservationId: string, args: readonly ScriptArgument[], more: readonly string[] = []): Promise<Buffer[]> {
    const { meta, balances, outbox, uncleared } = this.#keys;
    const keys = [meta, balances, this.#reservationKey(reservationId), outbox, uncleared, ...more];
    const fence = [this.epoch, this.#sequenceSeen, this.#keepSeconds, reservationId];
    return this.#client.script(name, keys, [...fence, ...args]);
  }

  #reservationKey(reservationId: string): string {
    return `${this.#prefix}reservation:${reservationId}`;
  }

  /** Sequences only rise: a store that is behind what was seen has lost data. */
  #saw(sequence: string | undefined): void {
    this.#sequenceSeen = Math.max(this.#sequenceSeen, Number(sequence));
  }
}

/** `created <option> <amount>`, `exceeds_cap <available> <scope>`, `exceeds_rate <most> <scope><TAB><window>` or `deadline_exceeded`. */
function outcomeFrom(outcome: string): ReserveOutcome {
  const [, status, number, rest = ""] = /^(\S+)(?: (\d+) (.*))?$/s.exec(outcome) ?? [];
  if (status === "created") return { status, option: Number(number), amountMicroUsd: Number(rest) };
  if (status === "exceeds_cap") return { status, scope: rest, availableMicroUsd: Number(number) };
  if (status === "exceeds_rate") {
    const [scope = "", window = ""] = rest.split("\t");
    return { status, scope, window, requestsMax: Number(number) };
  }
  return { status: "deadline_exceeded" };
}

function texts(reply: readonly Buffer[]): string[] {
  return reply.map(String);
}

/** A view without Buffer's own methods, as every store hands out. */
function bytesOf(buffer: Buffer | undefined): Uint8Array {
  return buffer ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array();
}
