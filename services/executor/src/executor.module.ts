import { hostname } from "node:os";
import { Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import type { Catalog } from "@leverframe/catalog";
import { identifiersIn } from "@leverframe/classification";
import type { SignedPermit } from "@leverframe/events";
import { type Latencies, type RunPlan, GOVERNED_CALL_LIMITS, LatencyBook, RETRY_POLICY, type Timer, createGovernedCall, createRunPlan } from "@leverframe/execution";
import type { Clock, Digest, EqualBytes, Hmac } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { CLOCK, CONFIG, type Config, DIGEST, EQUAL_BYTES, HMAC, LOGGER, type Logger, METRICS, PUBLISHER, type Publisher, uuidv7 } from "@leverframe/nest";
import { readPermit, requestDigest, verifyPermit } from "@leverframe/permit";
import type { CountTokens } from "@leverframe/prompt";
import { type Adapters, createAdapters } from "@leverframe/providers";
import { createRedact } from "@leverframe/redaction";
import { COUNT_TOKENS, type FleetHealth, HEALTH, HealthModule, KEY_RING, type KeyRing, LEDGER, LedgerModule, openKeyChoice, POLICY, PermitKeysModule, PolicyModule, type PolicySource, registerKeyMetrics, TokenCountingModule } from "@leverframe/wiring";
import { audiences } from "./audience";
import { CancellationFeed } from "./cancellation-feed";
import { Cancellations } from "./cancellations";
import { ExecutorHandler } from "./executor.handler";
import { HealthEvents } from "./health-events";
import { ADAPTERS, OPEN_AUDIENCE, RUN_PLAN } from "./tokens";

const timer: Timer = {
  after: (delayMs, fire) => {
    const handle = setTimeout(fire, delayMs);
    return () => clearTimeout(handle);
  },
};

/** Hands the provider adapters to the governed call, which alone may use them. */
@Module({
  imports: [PolicyModule, LedgerModule, PermitKeysModule, HealthModule, TokenCountingModule],
  controllers: [ExecutorHandler],
  providers: [
    { provide: ADAPTERS, useFactory: openAdapters, inject: [CONFIG, CLOCK, LOGGER, METRICS] },
    {
      provide: RUN_PLAN,
      useFactory: governedPlan,
      inject: [ADAPTERS, POLICY, LEDGER, KEY_RING, HMAC, EQUAL_BYTES, DIGEST, CLOCK, HEALTH, CONFIG, COUNT_TOKENS],
    },
    { provide: Cancellations, useFactory: (digest: Digest) => new Cancellations(digest), inject: [DIGEST] },
    CancellationFeed,
    { provide: OPEN_AUDIENCE, useFactory: (cancellations: Cancellations, publisher: Publisher) => audiences(cancellations, publisher, timer), inject: [Cancellations, PUBLISHER] },
    { provide: HealthEvents, useFactory: healthEvents, inject: [HEALTH, PUBLISHER, LOGGER] },
  ],
})
export class ExecutorModule implements OnApplicationShutdown {
  constructor(
    @Inject(ADAPTERS) private readonly adapters: Adapters,
    @Inject(HealthEvents) private readonly healthEvents: HealthEvents,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.healthEvents.close();
    await this.adapters.close();
  }
}

function openAdapters(config: Config, clock: Clock, logger: Logger, metrics: Parameters<typeof registerKeyMetrics>[0]): Adapters {
  const keys = openKeyChoice(config, process.env, clock, logger);
  registerKeyMetrics(metrics, keys);
  return createAdapters({ environment: process.env, keys });
}

function governedPlan(
  adapters: Adapters,
  policy: PolicySource,
  ledger: Ledger,
  keys: KeyRing,
  hmac: Hmac,
  equal: EqualBytes,
  digest: Digest,
  clock: Clock,
  health: FleetHealth,
  config: Config,
  countTokens: CountTokens,
): RunPlan {
  const call = createGovernedCall({
    countTokens,
    verify: (signed, expectation) => verifyPermit(signed, keys, hmac, equal, expectation),
    attempts: ledger.attempts,
    adapterOf: adapters.adapterOf,
    gate: health.book,
    clock,
    timer,
    random: Math.random,
    owner: `${hostname()}.${process.pid}.${uuidv7()}`,
    limits: GOVERNED_CALL_LIMITS,
  });
  return createRunPlan({
    call,
    catalog: ({ permit }) => catalogOf(policy, permit),
    requestDigest: (request) => requestDigest(request, digest),
    redact: createRedact(identifiersIn),
    clock,
    timer,
    retry: RETRY_POLICY,
    lastResort: config.health.whenAllSkipped === "attempt",
    latencies: measuredLatencies(),
  });
}

function healthEvents(health: FleetHealth, publisher: Publisher, logger: Logger): HealthEvents {
  const events = new HealthEvents({
    instance: `${hostname()}.${process.pid}.${uuidv7()}`,
    publish: (messages) => publisher.publish(messages),
    onError: (err) => logger.warn({ err }, "changes of health cannot be written to the log; they are written with the next ones"),
  });
  health.onChanges((changes) => events.take(changes));
  return events;
}

/** As this process sees them: a call is slow when it is slow from here. */
function measuredLatencies(): Latencies {
  const book = new LatencyBook();
  const nameOf = (id: string, streamed: boolean): string => (streamed ? `${id} first piece` : id);
  return {
    note: ({ id }, streamed, latencyMs) => book.note(nameOf(id, streamed), latencyMs),
    p95Ms: ({ id }, streamed) => book.p95Ms(nameOf(id, streamed)),
  };
}

/** A request ends on the catalog that it was permitted with. What the bytes claim is safe to follow: a permit that is not authentic makes no call. */
function catalogOf(policy: PolicySource, { body }: SignedPermit): Catalog {
  try {
    return policy.catalogOf(readPermit(body).catalogVersion);
  } catch {
    return policy.current().catalog;
  }
}
