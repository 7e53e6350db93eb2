import { Inject } from "@nestjs/common";
import { type AnyMessage, message } from "@leverframe/contracts";
import { nextMeta, refusalWith } from "@leverframe/decision";
import type { Funded } from "@leverframe/events";
import type { RunPlan } from "@leverframe/execution";
import { type HandlerContext, On, Stage } from "@leverframe/nest";
import type { OpenAudience } from "./audience";
import { OPEN_AUDIENCE, RUN_PLAN } from "./tokens";

/** Calls take seconds and wait: a thousand of them are in flight at once. */
@Stage("executor", { concurrencyMax: 1_024 })
export class ExecutorHandler {
  constructor(
    @Inject(RUN_PLAN) private readonly runPlan: RunPlan,
    @Inject(OPEN_AUDIENCE) private readonly openAudience: OpenAudience,
  ) {}

  @On("funded")
  async execute(event: Funded, context: HandlerContext): Promise<readonly AnyMessage[]> {
    const { leave, ...audience } = this.openAudience(event, context.logger);
    const { attempts, skipped, output, failure, endedAtMicros } = await this.runPlan(event, context.signal, audience).finally(leave);
    return [
      message("executed", {
        ...event,
        meta: { ...nextMeta(event.meta, "executed"), occurredAt: endedAtMicros },
        attempts,
        skipped,
        output,
        failure: failure === null ? null : refusalWith(failure.code, failure.message),
      }),
    ];
  }
}
