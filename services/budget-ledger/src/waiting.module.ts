import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from "@nestjs/common";
import type { EventCodec } from "@leverframe/contracts";
import type { Clock } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { CLOCK, CODEC, LOGGER, type Logger, METRICS, PUBLISHER, type Publisher, uuidv7 } from "@leverframe/nest";
import { type AnswerDesk, ANSWERS, AnswersModule, type FleetHealth, HEALTH, HealthModule, LEDGER, LedgerModule, POLICY, PolicyModule, type PolicySource } from "@leverframe/wiring";
import { AccountBooks } from "./account-books";
import { registerDeferralMetrics } from "./deferral-metrics";
import { DeferredReleaser } from "./deferred-releaser";
import { roomIn } from "./lane-room";

const PERIOD_MS = 1_000;

type Registry = Parameters<typeof registerDeferralMetrics>[0];

/** Looks after the requests that wait. */
@Module({
  imports: [LedgerModule, PolicyModule, AnswersModule, HealthModule],
  providers: [{ provide: DeferredReleaser, useFactory: openReleaser, inject: [LEDGER, POLICY, ANSWERS, HEALTH, CODEC, PUBLISHER, CLOCK, LOGGER, METRICS] }],
})
export class WaitingModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(DeferredReleaser) private readonly releaser: DeferredReleaser) {}

  onApplicationBootstrap(): void {
    this.releaser.start();
  }

  /** Before store and log are let go of. */
  beforeApplicationShutdown(): Promise<void> {
    return this.releaser.stop();
  }
}

function openReleaser(
  ledger: Ledger, policy: PolicySource, answers: AnswerDesk, { book }: FleetHealth, codec: EventCodec, publisher: Publisher, clock: Clock, logger: Logger, registry: Registry,
): DeferredReleaser {
  const books = new AccountBooks(policy);
  const metrics = registerDeferralMetrics(registry, ledger.deferred, clock);
  return new DeferredReleaser({
    store: ledger.deferred,
    codec,
    clock,
    answers,
    catalogOf: (version) => policy.catalogOf(version),
    roomIn: (lane, nowMicros) => roomIn(lane, { ledger, books, bandOf: (id, at) => book.bandOf(id, at) }, nowMicros),
    publish: (messages) => publisher.publish(messages),
    owner: uuidv7(),
    periodMs: PERIOD_MS,
    onLeft: ({ requestId, tenant, lane }, how) => {
      metrics.left(how);
      logger.info({ requestId, tenant, lane, how }, "a request waits no more");
    },
    onError: (err) => logger.warn({ err }, "nobody who waits can be let go now"),
  });
}
