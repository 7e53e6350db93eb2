import { Inject, Module, type OnModuleInit } from "@nestjs/common";
import type { Clock } from "@leverframe/kernel";
import { CLOCK, PUBLISHER, type Publisher, uuidv7 } from "@leverframe/nest";
import type { WatchedPolicy } from "@leverframe/policy-source";
import { AnswersModule, PermitKeysModule, POLICY, PolicyModule } from "@leverframe/wiring";
import { PolicyAudit } from "./policy-audit";
import { PolicyGateHandler } from "./policy-gate.handler";

@Module({
  imports: [PolicyModule, AnswersModule, PermitKeysModule],
  controllers: [PolicyGateHandler],
  providers: [
    {
      provide: PolicyAudit,
      useFactory: (policy: WatchedPolicy, publisher: Publisher, clock: Clock) =>
        new PolicyAudit({ policy, publish: (messages) => publisher.publish(messages), clock, start: uuidv7() }),
      inject: [POLICY, PUBLISHER, CLOCK],
    },
  ],
})
export class PolicyGateModule implements OnModuleInit {
  constructor(@Inject(PolicyAudit) private readonly audit: PolicyAudit) {}

  /** Before the first request is decided; without a log to say so in there is none to read requests from either. */
  onModuleInit(): Promise<void> {
    return this.audit.begin();
  }
}
