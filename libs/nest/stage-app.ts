import "reflect-metadata";
import { type EventCodec, TopicNames, topicSpecs } from "@leverframe/contracts";
import { AppError, type Clock, toAppError } from "@leverframe/kernel";
import type { Log } from "@leverframe/log";
import { type INestMicroservice, Module, type Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { MicroserviceOptions } from "@nestjs/microservices";
import type { DestinationStream } from "pino";
import { type ConfigOverrides, loadConfig } from "./config/load";
import type { Config } from "./config/settings";
import { HealthServer } from "./health/health-server";
import { Readiness } from "./health/readiness";
import { StageMetrics } from "./health/stage-metrics";
import { LeverframeModule } from "./leverframe.module";
import { createLogger, type Logger, nestLogger } from "./logging";
import { openCodec, openLog } from "./open-parts";
import { systemClock } from "./platform";
import { type StageModules, modulesFor } from "./stage-modules";
import { Publisher, RecordMaker } from "./stages/publisher";
import { RethrowFilter } from "./stages/rethrow-filter";
import { createIngress } from "./stages/ingress";
import { StageTransport } from "./stages/stage-transport";
import { APPLICATIONS } from "./tokens";
import { openTracer, type StageTracer } from "./tracing/stage-tracer";

export interface StageAppOptions {
  /** Instead of `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Over environment and file. */
  readonly overrides?: ConfigOverrides;
  readonly clock?: Clock;
  /** Instead of stdout. */
  readonly logDestination?: DestinationStream;
  /** Instead of the one that `otlp` configures. */
  readonly tracer?: StageTracer;
}

/** Stages that run. */
export interface StageApp {
  readonly config: Config;
  readonly names: TopicNames;
  readonly log: Log;
  readonly codec: EventCodec;
  readonly logger: Logger;
  readonly publisher: Publisher;
  /** Where health and metrics answer, such as `http://127.0.0.1:41234`. */
  readonly address: string;
  /** Resolves with the error when a consumer cannot go on; the process should then be restarted. */
  readonly crashed: Promise<AppError>;
  /** An instance out of the container. */
  get<T>(token: Type<T> | symbol | string): T;
  /** Drains the stages, runs the modules' shutdown hooks, then closes the log. Any number of calls. */
  close(): Promise<void>;
}

/**
 * Boots the stages of these modules: configuration, log, codec, container, health, consumers. Throws `bad_config` for
 * what the operator must change, and leaves nothing open when it throws.
 */
export async function createStageApp(modules: StageModules, options: StageAppOptions = {}): Promise<StageApp> {
  const config = loadConfig({ env: options.env, overrides: options.overrides });
  const logger = createLogger(config.log.level, options.logDestination);
  const imports = modulesFor(modules, config.stages);
  const names = new TopicNames(config.topicPrefix);
  const phase = { now: "starting" };
  const readiness = new Readiness();
  readiness.add("process", () => {
    if (phase.now !== "running") throw new AppError("unavailable", `the process is ${phase.now}`);
  });
  const metrics = new StageMetrics();
  const crash = Promise.withResolvers<AppError>();
  const closers: (() => Promise<void>)[] = [];
  try {
    const log = openLog(config, logger);
    closers.push(() => log.close());
    readiness.add("log", () => log.endOffsets(names.name("dead-letters")));
    const codec = await openCodec(config, names);
    const tracer = options.tracer ?? openTracer(config.otlp);
    closers.push(() => tracer.close());
    const health = new HealthServer(readiness, metrics.registry);
    const address = await health.listen(config.http.host, config.http.port);
    closers.push(() => health.close());

    const maker = new RecordMaker(codec, names);
    const publisher = new Publisher(log, maker);
    const applications: string[] = [];
    const provisions = config.provisionTopics ?? config.profile === "embedded";
    const provision = async (all: readonly string[]): Promise<void> => {
      if (provisions) await log.ensureTopics(topicSpecs(all, { names, recordBytesMax: config.recordBytesMax }));
    };
    const ingress = createIngress({ applications, provision, refresh: () => transport.refresh() });
    const shared = { config, clock: options.clock ?? systemClock, log, codec, logger, metrics: metrics.registry, publisher, readiness, ingress };
    const parts = { ...shared, names, maker, metrics, tracer, applications: () => applications, onCrash: crash.resolve };
    const transport = new StageTransport(parts);
    const app = await createContainer([LeverframeModule.with(shared), ...imports], transport, logger);
    closers.push(() => app.close());

    applications.push(...applicationsOf(app));
    await provision(applications);
    await app.listen();
    phase.now = "running";
    logger.info({ address, profile: config.profile }, "ready");
    const close = once(async () => {
      phase.now = "draining";
      await closeAll(closers);
    });
    return { config, names, log, codec, logger, publisher, address, crashed: crash.promise, get: (token) => app.get(token, { strict: false }), close };
  } catch (error) {
    await closeAll(closers).catch((second: unknown) => logger.warn({ err: second }, "closing after a failed start"));
    throw toAppError(error);
  }
}

async function createContainer(imports: Parameters<typeof Module>[0]["imports"], strategy: StageTransport, logger: Logger): Promise<INestMicroservice> {
  class ProcessModule {}
  Module({ imports })(ProcessModule);
  // abortOnError would end the process without a word of ours.
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(ProcessModule, { strategy, logger: nestLogger(logger), abortOnError: false });
  app.useGlobalFilters(new RethrowFilter());
  return app;
}

/** Those of the configuration, unless a service's module knows better. */
function applicationsOf(app: INestMicroservice): readonly string[] {
  const provided = app.get<readonly string[]>(APPLICATIONS, { strict: false, each: true });
  return provided.at(-1) ?? [];
}

/** Last opened, first closed. One that fails does not keep the others open. */
async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).toReversed()) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw toAppError(failures[0]);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= action());
}
