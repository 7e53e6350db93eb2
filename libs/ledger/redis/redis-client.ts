import { AppError } from "@leverframe/kernel";
import { Redis } from "ioredis";
import acknowledge from "./acknowledge.lua";
import amounts from "./amounts.lua";
import archive from "./archive.lua";
import begin from "./begin.lua";
import disown from "./disown.lua";
import fence from "./fence.lua";
import finish from "./finish.lua";
import gone from "./gone.lua";
import keepAnswer from "./keep-answer.lua";
import lead from "./lead.lua";
import leave from "./leave.lua";
import override from "./override.lua";
import park from "./park.lua";
import release from "./release.lua";
import reserve from "./reserve.lua";
import restore from "./restore.lua";
import settleLate from "./settle-late.lua";

export type ScriptArgument = string | number | Uint8Array;

/** A changed script gets a new version in its name, so that processes of two releases never mix theirs. */
const SCRIPTS = {
  lf_reserve_v5: { lua: fence + reserve },
  lf_begin_v2: { lua: fence + amounts + begin },
  lf_finish_v3: { lua: fence + amounts + finish },
  lf_settle_late_v2: { lua: fence + amounts + settleLate },
  lf_release_v3: { lua: fence + amounts + release },
  lf_override_v1: { lua: fence + override },
  lf_keep_answer_v2: { lua: fence + keepAnswer },
  lf_archive_v1: { lua: fence + archive },
  lf_acknowledge_v1: { lua: fence + acknowledge },
  lf_disown_v1: { lua: disown },
  lf_restore_v2: { lua: restore },
  lf_park_v1: { lua: fence + park },
  lf_leave_v1: { lua: fence + leave },
  lf_gone_v1: { lua: fence + gone },
  lf_lead_v1: { lua: fence + lead },
} as const;
export type ScriptName = keyof typeof SCRIPTS;

type Scripts = Record<`${ScriptName}Buffer`, (...args: (string | number | Buffer)[]) => Promise<Buffer[]>>;

const RECONNECT_MS_MAX = 1_000;
/** Nothing is under way when a client closes; ioredis would keep the process for two seconds after a lost connection. */
const DISCONNECT_MS_MAX = 200;
const PASSES = /^(LOADING|BUSY|OOM|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|FENCED)/;

/**
 * One connection that shares round trips: commands of one turn of the event loop leave in one write to the socket, without
 * waiting for answers to earlier ones, and the server takes what has gathered under one flush to disk. (ioredis' own
 * pipelining would keep every command alive until the next full garbage collection: twice the processor time, and pauses
 * of 15 ms.) While Redis is away commands wait, at most `timeoutMs`. A command whose answer was lost is sent again, which
 * is safe because every script tells a repetition what it told the first time.
 */
export class RedisClient {
  readonly redis: Redis;
  /** Sends what is being gathered into one command; called before anything else leaves, so that commands keep their order. */
  flush: () => void = () => undefined;
  readonly #replicas: Replicas;
  #connectionError: Error | null = null;
  #underWay = 0;
  #gathering = false;
  #closing: Promise<void> | null = null;
  #idle: (() => void) | null = null;

  constructor(url: string, timeoutMs: number, waitReplicas = 0) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      commandTimeout: timeoutMs,
      connectTimeout: timeoutMs,
      disconnectTimeout: DISCONNECT_MS_MAX,
      retryStrategy: (times) => Math.min(times * 50, RECONNECT_MS_MAX),
    });
    // Each command reports its own failure, with this as its cause; unheard, ioredis would print every reconnect.
    this.redis.on("error", (error: Error) => (this.#connectionError = error));
    this.redis.on("ready", () => (this.#connectionError = null));
    for (const [name, definition] of Object.entries(SCRIPTS)) this.redis.defineCommand(name, definition);
    this.#replicas = new Replicas(this.redis, waitReplicas, timeoutMs);
  }

  script(name: ScriptName, keys: readonly string[], args: readonly ScriptArgument[]): Promise<Buffer[]> {
    const sent = args.map((one) => (one instanceof Uint8Array ? asBuffer(one) : one));
    return this.run(async (redis) => {
      const reply = await (redis as unknown as Scripts)[`${name}Buffer`](keys.length, ...keys, ...sent);
      await this.#replicas.have();
      return reply;
    });
  }

  /** What this connection has read or written so far, replicas have; nothing where none is waited for. */
  async replicated(): Promise<void> {
    await this.run(async () => this.#replicas.have());
  }

  /** Failures come out as `unavailable` when they may pass, else as `internal`. */
  async run<Result>(command: (redis: Redis) => Promise<Result>): Promise<Result> {
    this.flush();
    if (this.#closing) throw new AppError("unavailable", "the ledger is closed");
    this.#underWay++;
    this.#gather();
    try {
      return await command(this.redis);
    } catch (error) {
      throw clientError(error, this.#connectionError);
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#idle?.();
    }
  }

  /** A system call for each command would cost more than writing the command does. */
  #gather(): void {
    // Before it is ready the connection has words of its own to say, and commands wait in ioredis.
    if (this.#gathering || this.redis.status !== "ready") return;
    const { stream } = this.redis;
    this.#gathering = true;
    stream.cork();
    setImmediate(() => {
      this.#gathering = false;
      stream.uncork();
    });
  }

  close(): Promise<void> {
    this.flush();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    this.redis.disconnect();
  }
}

/** Waits until replicas have what was written before: one question for all scripts of the same turn of the event loop. */
class Replicas {
  #asked: Promise<void> | null = null;

  constructor(
    private readonly redis: Redis,
    private readonly wanted: number,
    private readonly timeoutMs: number,
  ) {}

  have(): Promise<void> | null {
    if (this.wanted === 0) return null;
    // A WAIT covers all that this connection wrote before it, so scripts that were answered together share one.
    this.#asked ??= Promise.resolve().then(() => {
      this.#asked = null;
      return this.#ask();
    });
    return this.#asked;
  }

  async #ask(): Promise<void> {
    const have = await this.redis.wait(this.wanted, Math.max(1, Math.floor(this.timeoutMs / 2)));
    if (have >= this.wanted) return;
    throw new AppError("unavailable", `ledger store: ${have} of ${this.wanted} replicas have what was written; the command may be repeated`);
  }
}

function clientError(error: unknown, connectionError: Error | null): AppError {
  if (error instanceof AppError) return error;
  const { name, message } = error as Error;
  const passes = name !== "ReplyError" || PASSES.test(message);
  const connection = connectionError ? `: ${connectionError.message}` : "";
  return new AppError(passes ? "unavailable" : "internal", `ledger store: ${message}${connection}`, { cause: error });
}

/** The same bytes, not a copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
