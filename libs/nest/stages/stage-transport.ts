import path from "node:path";
import { AppError, type Stage, toAppError } from "@leverframe/kernel";
import { CrashGuard, FileCrashGuardStore, type Log, type LogRecord, StageRuntime } from "@leverframe/log";
import { type CustomTransportStrategy, Server } from "@nestjs/microservices";
import type { Config } from "../config/settings";
import type { Readiness } from "../health/readiness";
import { ChainRunner, type RunnerParts } from "./chain-runner";
import { deadLetterOf } from "./dead-letter";
import { type HandlerExtras, STAGE_TRANSPORT } from "./decorators";
import { stageObserver } from "./stage-observer";
import { type HandlerCall, HandlerRegistry, type RegisteredStage } from "./handler-registry";

/** Rules take microseconds, but each record waits for the store and the log: what waits together is written together. */
const CONCURRENCY_DEFAULT = 256;

export interface TransportParts extends RunnerParts {
  readonly config: Config;
  readonly log: Log;
  readonly readiness: Readiness;
  /** Applications whose ingress is read; asked when the handlers are known, and at each refresh. */
  readonly applications: () => readonly string[];
  /** A consumer that cannot go on: the process must be restarted. */
  readonly onCrash: (error: AppError) => void;
}

/** Nest's transport: collects the `@On` handlers and runs one StageRuntime (consumer group) for each stage. */
export class StageTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = STAGE_TRANSPORT;
  override readonly propagatesEventHandlerErrors = true;
  readonly #parts: TransportParts;
  readonly #registry = new HandlerRegistry();
  readonly #runtimes = new Map<Stage, StageRuntime>();
  readonly #topics = new Map<Stage, readonly string[]>();
  #make: ((stage: Stage, registered: RegisteredStage) => StageRuntime) | null = null;
  #refreshing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(parts: TransportParts) {
    super();
    this.#parts = parts;
  }

  /** Called by Nest for each handler. Its own registry would silently chain a second handler of the same topic. */
  override addHandler(pattern: unknown, callback: HandlerCall, _isEvent?: boolean, extras: HandlerExtras = {}): void {
    this.#registry.add(String(pattern), callback, extras);
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.#start();
      callback();
    } catch (error) {
      await this.close().catch(() => {});
      callback(toAppError(error));
    }
  }

  /** Finishes what is in flight, commits, leaves the groups. Any number of calls, one drain. */
  close(): Promise<void> {
    return (this.#closing ??= this.#refreshing.catch(() => undefined).then(() => this.#drain()));
  }

  /**
   * Looks again which applications there are: a stage that has to read more topics finishes what it has in flight, leaves
   * its group and comes back to it with all of them. Rejects when one of them is not there; then everything is as before.
   */
  refresh(): Promise<void> {
    const refreshed = this.#refreshing.catch(() => undefined).then(() => this.#refresh());
    this.#refreshing = refreshed;
    return refreshed;
  }

  on(): never {
    throw new AppError("internal", "the stage transport has no events to listen to");
  }

  unwrap<T>(): T {
    return this.#runtimes as T;
  }

  async #start(): Promise<void> {
    const { config, logger } = this.#parts;
    this.#registry.keep(config.stages);
    const { stages } = this.#registry;
    if (stages.size === 0) throw new AppError("bad_config", "no stage to run: no controller of the module has @Stage and @On");
    const runner = new ChainRunner(stages, config.chaining, this.#parts);
    const crashGuard = new CrashGuard(new FileCrashGuardStore(path.join(config.dataDir, "starts")));
    this.#make = (stage, registered) => this.#runtimeOf(stage, registered, runner, crashGuard);
    for (const [stage, registered] of stages) this.#runtimes.set(stage, this.#make(stage, registered));
    await Promise.all([...this.#runtimes.values()].map((runtime) => runtime.start()));
    logger.info({ stages: [...stages.keys()], inMemory: runner.inMemory() }, "stages run");
  }

  async #refresh(): Promise<void> {
    const { log, logger, onCrash } = this.#parts;
    const more = [...this.#registry.stages].filter(([stage, registered]) => this.#topicsOf(registered).length > (this.#topics.get(stage)?.length ?? Infinity));
    // Before anything is left: a consumer of a topic that is not there would end.
    for (const [, registered] of more) await Promise.all(this.#topicsOf(registered).map((topic) => log.endOffsets(topic)));
    for (const [stage, registered] of more) {
      const make = this.#make;
      if (make === null || this.#closing !== null) return;
      await this.#runtimes.get(stage)?.drain();
      const runtime = make(stage, registered);
      this.#runtimes.set(stage, runtime);
      // The stage is out of its group: whoever looks after this process must start it again.
      await runtime.start().catch((error: unknown) => onCrash(toAppError(error)));
      logger.info({ stage, topics: this.#topics.get(stage) }, "the stage reads more topics");
    }
  }

  #runtimeOf(stage: Stage, registered: RegisteredStage, runner: ChainRunner, crashGuard: CrashGuard): StageRuntime {
    const { config, log, names, maker, metrics, readiness, logger, onCrash } = this.#parts;
    const topics = this.#topicsOf(registered);
    this.#topics.set(stage, topics);
    const runtime = new StageRuntime({
      log,
      groupId: names.consumerGroup(stage),
      topics,
      concurrencyMax: concurrencyOf(config, stage) ?? registered.options.concurrencyMax ?? CONCURRENCY_DEFAULT,
      ...(registered.options.lane === "request" ? { laneOf: keyLane } : {}),
      handle: (record, signal) => runner.handle(stage, record, signal),
      deadLetter: (record, failure) => deadLetterOf(record, stage, failure, maker),
      observer: stageObserver(stage, metrics, logger),
      commitEveryMs: config.commitEveryMs,
      drainMsMax: config.drainMsMax,
      crashGuard,
      onCrash: (error) => onCrash(toAppError(error)),
    });
    metrics.trackLag(stage, () => runtime.lag());
    readiness.add(`stage ${stage}`, () => {
      if (!runtime.state.ready) throw new AppError("unavailable", `stage \`${stage}\` has no assignment`);
    });
    return runtime;
  }

  /** The log's names of the topics that a stage's handlers read; ingress topics once for each application. */
  #topicsOf(registered: RegisteredStage): readonly string[] {
    const { names, applications } = this.#parts;
    const all = applications();
    return [...registered.handlers.keys()].flatMap((topic) => names.all(topic, all));
  }

  async #drain(): Promise<void> {
    const drained = await Promise.allSettled([...this.#runtimes.values()].map((runtime) => runtime.drain()));
    const failed = drained.find((result) => result.status === "rejected");
    if (failed) throw toAppError(failed.reason);
  }
}

/** The key is the request id, so records of one request share a lane. */
const keyLane = (record: LogRecord): string | null => (record.key === null ? null : Buffer.from(record.key).toString("latin1"));

function concurrencyOf(config: Config, stage: Stage): number | null {
  const key = stage.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return config.concurrency[key as keyof Config["concurrency"]];
}
