import { Module } from "@nestjs/common";
import type { EventCodec } from "@leverframe/contracts";
import type { Ledger } from "@leverframe/ledger";
import { CODEC } from "@leverframe/nest";
import { AnswerDesk } from "./answer-desk";
import { LedgerModule } from "./ledger.module";
import { ANSWERS, LEDGER } from "./tokens";

@Module({
  imports: [LedgerModule],
  providers: [
    {
      provide: ANSWERS,
      useFactory: (ledger: Ledger, codec: EventCodec) => new AnswerDesk(ledger.answers, codec),
      inject: [LEDGER, CODEC],
    },
  ],
  exports: [ANSWERS],
})
export class AnswersModule {}
