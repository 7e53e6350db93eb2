import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import type { Ledger } from "@leverframe/ledger";
import { LOGGER, type Logger, PUBLISHER, type Publisher } from "@leverframe/nest";
import { AnswersModule, DeferralModule, LEDGER, LedgerModule, POLICY, PolicyModule, type PolicySource, TokenCountingModule } from "@leverframe/wiring";
import { AccountBooks } from "./account-books";
import { BooksModule } from "./books.module";
import { BudgetLedgerHandler } from "./budget-ledger.handler";
import { OutboxRelay } from "./outbox-relay";
import { ACCOUNT_BOOKS, PLAN_DEFAULTS } from "./tokens";
import { WaitingModule } from "./waiting.module";

const RELAY_PAUSE_MS = 50;

@Module({
  imports: [PolicyModule, LedgerModule, AnswersModule, TokenCountingModule, BooksModule, DeferralModule, WaitingModule],
  controllers: [BudgetLedgerHandler],
  providers: [
    { provide: ACCOUNT_BOOKS, useFactory: (policy: PolicySource) => new AccountBooks(policy), inject: [POLICY] },
    { provide: PLAN_DEFAULTS, useValue: { outputTokensDefault: 1_024, attemptsMax: 2 } },
    {
      provide: OutboxRelay,
      useFactory: ({ outbox }: Ledger, books: AccountBooks, publisher: Publisher, logger: Logger) =>
        new OutboxRelay({
          outbox,
          book: () => books.current().book,
          publish: (messages) => publisher.publish(messages),
          onError: (err) => logger.warn({ err }, "journal entries wait in the outbox"),
          pauseMs: RELAY_PAUSE_MS,
        }),
      inject: [LEDGER, ACCOUNT_BOOKS, PUBLISHER, LOGGER],
    },
  ],
})
export class BudgetLedgerModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(OutboxRelay) private readonly relay: OutboxRelay) {}

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  /** After the handlers have drained, so that their entries leave too; what cannot stays in the outbox for the next relay. */
  onApplicationShutdown(): Promise<void> {
    return this.relay.stop();
  }
}
