import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from "@nestjs/common";
import { TopicNames } from "@leverframe/contracts";
import { type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import type { Log } from "@leverframe/log";
import { CLOCK, CONFIG, type Config, LOG, LOGGER, type Logger, METRICS } from "@leverframe/nest";
import { LEDGER, LedgerModule } from "@leverframe/wiring";
import { Archiver } from "./archiver";
import { type LedgerMetrics, registerLedgerMetrics } from "./ledger-metrics";
import { refuseLostLedger } from "./lost-ledger";
import { Sweeper } from "./sweeper";
import { ToldUsages } from "./told-usage";
import { UsageFolder } from "./usage-folder";

const MS_PER_SECOND = 1_000;

const LEDGER_METRICS = Symbol("LEDGER_METRICS");

/** Keeps the ledger's books in order: refuses a lost one, ends what nobody cleared, closes what is over, and tells how old the oldest is. */
@Module({
  imports: [LedgerModule],
  providers: [
    { provide: LEDGER_METRICS, useFactory: registerLedgerMetrics, inject: [METRICS, LEDGER, CLOCK] },
    { provide: Sweeper, useFactory: makeSweeper, inject: [LEDGER, CLOCK, CONFIG, LOGGER, LEDGER_METRICS] },
    { provide: Archiver, useFactory: makeArchiver, inject: [LEDGER, CLOCK, CONFIG, LOGGER, LEDGER_METRICS] },
  ],
})
export class BooksModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(Sweeper) private readonly sweeper: Sweeper,
    @Inject(Archiver) private readonly archiver: Archiver,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(LOG) private readonly log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Before the first event is taken. */
  async onApplicationBootstrap(): Promise<void> {
    await refuseLostLedger(this.ledger, this.log, new TopicNames(this.config.topicPrefix).name("ledger-entries"));
    this.sweeper.start();
    if (this.config.ledger.archiveSeconds > 0) this.archiver.start();
  }

  /** Before the store is let go of. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.sweeper.stop(), this.archiver.stop()]);
  }
}

function makeSweeper(ledger: Ledger, clock: Clock, { ledger: settings }: Config, logger: Logger, metrics: LedgerMetrics): Sweeper {
  const sources = settings.usageDir === null ? [] : [new UsageFolder(settings.usageDir, (problem) => logger.warn(problem))];
  const onCorrected = (attemptId: string, freedMicroUsd: number) => {
    metrics.corrected();
    logger.info({ attemptId, freedMicroUsd }, "a charge came down to what the provider counted");
  };
  return new Sweeper({
    ledger,
    clock,
    told: new ToldUsages({ ledger, clock, sources, onCorrected }),
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
}

function makeArchiver(ledger: Ledger, clock: Clock, { ledger: { archiveSeconds, keepAccountDays: keep } }: Config, logger: Logger, metrics: LedgerMetrics): Archiver {
  return new Archiver({
    ledger,
    clock,
    retention: { hourDays: keep.hour, dayDays: keep.day, monthDays: keep.month, runDays: keep.run },
    periodMs: archiveSeconds * MS_PER_SECOND,
    onArchived: () => metrics.archived(),
    onError: (err) => logger.warn({ err }, "accounts whose time is over cannot be closed now"),
  });
}
