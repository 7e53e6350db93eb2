import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from "@nestjs/common";
import { TopicNames } from "@leverframe/contracts";
import { type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import type { Log } from "@leverframe/log";
import { CLOCK, CONFIG, type Config, LOG, LOGGER, type Logger, METRICS } from "@leverframe/nest";
import { LEDGER, LedgerModule } from "@leverframe/wiring";
import { registerLedgerMetrics } from "./ledger-metrics";
import { refuseLostLedger } from "./lost-ledger";
import { Sweeper } from "./sweeper";

const MS_PER_SECOND = 1_000;

/** Keeps the ledger's books in order: refuses a lost one, ends what nobody cleared, and tells how old the oldest is. */
@Module({
  imports: [LedgerModule],
  providers: [
    {
      provide: Sweeper,
      useFactory: (ledger: Ledger, clock: Clock, { ledger: settings }: Config, logger: Logger, registry: Parameters<typeof registerLedgerMetrics>[0]) => {
        const metrics = registerLedgerMetrics(registry, ledger, clock);
        return new Sweeper({
          ledger,
          clock,
          limits: {
            callMicrosMax: settings.abandonedCallSeconds * MICROS_PER_SECOND,
            idleMicrosMax: settings.abandonedRequestSeconds * MICROS_PER_SECOND,
          },
          periodMs: settings.sweepSeconds * MS_PER_SECOND,
          onSwept: (swept) => {
            metrics.swept(swept);
            const { reservationId, requestId, tenant } = swept.reservation;
            logger.warn({ reservationId, requestId, tenant, steps: swept.steps.map(({ step }) => step) }, "a reservation that nobody cleared was swept");
          },
          onError: (err) => logger.warn({ err }, "uncleared reservations cannot be swept now"),
        });
      },
      inject: [LEDGER, CLOCK, CONFIG, LOGGER, METRICS],
    },
  ],
})
export class BooksModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(Sweeper) private readonly sweeper: Sweeper,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(LOG) private readonly log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Before the first event is taken. */
  async onApplicationBootstrap(): Promise<void> {
    await refuseLostLedger(this.ledger, this.log, new TopicNames(this.config.topicPrefix).name("ledger-entries"));
    this.sweeper.start();
  }

  /** Before the store is let go of. */
  beforeApplicationShutdown(): Promise<void> {
    return this.sweeper.stop();
  }
}
