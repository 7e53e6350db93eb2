import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { CHECK_NAMES } from "@leverframe/evaluation";
import type { AppError, Clock, Digest } from "@leverframe/kernel";
import { APPLICATIONS, CLOCK, CONFIG, type Config, DIGEST, LOGGER, type Logger, METRICS } from "@leverframe/nest";
import { checkHere, checkInWorker, folderPlace, gitPlace, type PolicyChange, type PolicySource, WatchedPolicy, workerFileBeside } from "@leverframe/policy-source";
import { registerPolicyMetrics } from "./policy-metrics";
import { POLICY } from "./tokens";

/** The active policy set, checked at start (a process without a valid one does not start) and whenever its place changes. */
@Module({
  providers: [
    { provide: POLICY, useFactory: openPolicy, inject: [CONFIG, DIGEST, CLOCK, LOGGER] },
    {
      provide: APPLICATIONS,
      useFactory: (policy: PolicySource) => [...policy.current().applications.keys()],
      inject: [POLICY],
    },
  ],
  exports: [POLICY, APPLICATIONS],
})
export class PolicyModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(POLICY) private readonly policy: WatchedPolicy,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Parameters<typeof registerPolicyMetrics>[0],
    @Inject(CLOCK) clock: Clock,
  ) {
    registerPolicyMetrics(metrics, policy, clock);
  }

  onApplicationBootstrap(): void {
    const subscribed = new Set(this.policy.current().applications.keys());
    // The last to hear of a change, so that what is logged has been announced where it must be.
    this.policy.beforeChange((change) => {
      this.note(change, subscribed);
      return Promise.resolve();
    });
    this.policy.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.policy.close();
  }

  private note(change: PolicyChange, subscribed: ReadonlySet<string>): void {
    if (change.kind === "refused") {
      this.logger.error({ problems: change.problems, policyVersion: change.active.version }, "another policy set was refused, the active one stays");
      return;
    }
    const { before, after, summary, provenance } = change;
    this.logger.warn({ from: before.version, to: after.version, ...provenance, ...summary }, "another policy set is in force");
    const unheard = [...after.applications.keys()].filter((application) => !subscribed.has(application));
    // Topics and the rights to them come before consumers: an operator provisions them, then restarts the classifier.
    if (unheard.length > 0) this.logger.error({ applications: unheard }, "new applications are not heard until this process restarts: their ingress topics are subscribed at start");
  }
}

export function openPolicy({ policies, providers }: Config, digest: Digest, clock: Clock, logger: Logger): Promise<WatchedPolicy> {
  const { dir, gitRef, watchMs } = policies;
  const workerFile = workerFileBeside();
  return WatchedPolicy.open({
    place: gitRef === null ? folderPlace(dir) : gitPlace(dir, gitRef),
    check: workerFile === null ? checkHere : checkInWorker(workerFile),
    clock,
    watchMs,
    onError: onceEach((err) => logger.error({ err }, "the policy set cannot be looked at, the active one stays")),
    digest,
    checkNames: CHECK_NAMES,
    baseUrls: providers.baseUrls,
  });
}

/** A place that stays out of reach is looked at again and again: its error is worth a line when it is another one. */
function onceEach(report: (error: AppError) => void): (error: AppError) => void {
  let last = "";
  return (error) => {
    if (error.message !== last) report(error);
    last = error.message;
  };
}
