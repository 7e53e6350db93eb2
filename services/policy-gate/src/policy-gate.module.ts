import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from "@nestjs/common";
import type { Clock } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { CLOCK, CONFIG, type Config, LOGGER, type Logger, PUBLISHER, type Publisher, uuidv7 } from "@leverframe/nest";
import type { WatchedPolicy } from "@leverframe/policy-source";
import { AnswersModule, type FleetHealth, HEALTH, HealthModule, LEDGER, LedgerModule, PermitKeysModule, POLICY, PolicyModule, TokenCountingModule } from "@leverframe/wiring";
import { BudgetBands } from "./budget-bands";
import { PolicyAudit } from "./policy-audit";
import { ProviderBands } from "./provider-bands";
import { PolicyGateHandler } from "./policy-gate.handler";

/** A balance this old still tells the band: the cap itself is held by the ledger. */
const BALANCES_FRESH_MS = 1_000;

@Module({
  imports: [PolicyModule, LedgerModule, AnswersModule, PermitKeysModule, HealthModule, TokenCountingModule],
  controllers: [PolicyGateHandler],
  providers: [
    {
      provide: PolicyAudit,
      useFactory: (policy: WatchedPolicy, publisher: Publisher, clock: Clock) =>
        new PolicyAudit({ policy, publish: (messages) => publisher.publish(messages), clock, start: uuidv7() }),
      inject: [POLICY, PUBLISHER, CLOCK],
    },
    {
      provide: ProviderBands,
      useFactory: (health: FleetHealth, clock: Clock) => new ProviderBands(health.book, clock),
      inject: [HEALTH, CLOCK],
    },
    {
      provide: BudgetBands,
      useFactory: (ledger: Ledger, clock: Clock, logger: Logger, config: Config) =>
        new BudgetBands({
          balancesOf: (accounts) => ledger.balancesOf(accounts),
          clock,
          onError: (err) => logger.warn({ err }, "the ledger gives no balances: budget bands are unknown, restricting rules fire"),
          freshMs: BALANCES_FRESH_MS,
          waitMs: config.policies.balancesWaitMs,
        }),
      inject: [LEDGER, CLOCK, LOGGER, CONFIG],
    },
  ],
})
export class PolicyGateModule implements OnModuleInit, OnModuleDestroy {
  constructor(@Inject(PolicyAudit) private readonly audit: PolicyAudit) {}

  /** Before the first request is decided; without a log to say so in there is none to read requests from either. */
  onModuleInit(): Promise<void> {
    return this.audit.begin();
  }

  /** While the log is still open. */
  onModuleDestroy(): Promise<void> {
    return this.audit.end();
  }
}
