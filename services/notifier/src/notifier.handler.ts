import { Inject } from "@nestjs/common";
import type { BudgetStatus, PolicyChange } from "@leverframe/events";
import type { Digest } from "@leverframe/kernel";
import { DIGEST, type HandlerContext, On, Stage } from "@leverframe/nest";
import { POLICY, type PolicySource } from "@leverframe/wiring";
import { type Alert, budgetAlert, policyAlert } from "./alert";
import type { ChannelBook } from "./channel-book";
import type { Dispatcher } from "./dispatcher";
import { channelsFor } from "./routing";
import { CHANNEL_BOOK, DISPATCHER } from "./tokens";

/** An alert here mostly waits for a channel, so thousands may wait together: one channel that is down holds up no other. */
const IN_FLIGHT_MAX = 5_000;

/** Tells people and machines. A record is done when every channel of its routes has it. */
@Stage("notifier", { concurrencyMax: IN_FLIGHT_MAX })
export class NotifierHandler {
  constructor(
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(DISPATCHER) private readonly dispatcher: Dispatcher,
    @Inject(CHANNEL_BOOK) private readonly channels: ChannelBook,
    @Inject(DIGEST) private readonly digest: Digest,
  ) {}

  @On("budget-status")
  budgetStatus(event: BudgetStatus, context: HandlerContext): Promise<readonly []> {
    return this.tell(budgetAlert(event), context);
  }

  @On("policy-changes")
  policyChange(event: PolicyChange, context: HandlerContext): Promise<readonly []> {
    return this.tell(policyAlert(event, this.digest), context);
  }

  /** Routes and channels are those in force now, at each try: who repairs a channel is told what it has missed. */
  private async tell(alert: Alert | null, { receivedAtMicros, signal }: HandlerContext): Promise<readonly []> {
    if (alert === null) return [];
    const { alerts } = this.policy.current();
    const names = channelsFor(alert, alerts);
    if (names.length > 0) await this.dispatcher.dispatch(alert, names, this.channels.of(alerts), receivedAtMicros, signal);
    return [];
  }
}
