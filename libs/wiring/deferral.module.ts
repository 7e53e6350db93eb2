import { Module } from "@nestjs/common";
import type { EventCodec } from "@leverframe/contracts";
import type { Clock } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { CLOCK, CODEC } from "@leverframe/nest";
import { DeferralDesk } from "./deferral-desk";
import { LedgerModule } from "./ledger.module";
import { DEFERRALS, LEDGER } from "./tokens";

@Module({
  imports: [LedgerModule],
  providers: [
    {
      provide: DEFERRALS,
      useFactory: (ledger: Ledger, codec: EventCodec, clock: Clock) => new DeferralDesk(ledger.deferred, codec, clock),
      inject: [LEDGER, CODEC, CLOCK],
    },
  ],
  exports: [DEFERRALS],
})
export class DeferralModule {}
