import { setTimeout as sleep } from "node:timers/promises";
import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { CHECK_NAMES } from "@leverframe/evaluation";
import { type AppError, type Clock, type Digest, toAppError } from "@leverframe/kernel";
import { APPLICATIONS, CLOCK, CONFIG, type Config, DIGEST, INGRESS, type Ingress, LOGGER, type Logger, METRICS } from "@leverframe/nest";
import { checkHere, checkInWorker, folderPlace, gitPlace, type PolicyChange, type PolicySource, WatchedPolicy, workerFileBeside } from "@leverframe/policy-source";
import { registerPolicyMetrics } from "./policy-metrics";
import { POLICY } from "./tokens";

/** A change is announced, then the reference is swapped. */
const SWAP_MS = 50;
const RETRY_MS = 2_000;

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
  private readonly closing = new AbortController();
  private hearing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(POLICY) private readonly policy: WatchedPolicy,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Parameters<typeof registerPolicyMetrics>[0],
    @Inject(CLOCK) clock: Clock,
    @Inject(INGRESS) private readonly ingress: Ingress,
  ) {
    registerPolicyMetrics(metrics, policy, clock);
  }

  onApplicationBootstrap(): void {
    // The last to hear of a change, so that what is logged has been announced where it must be.
    this.policy.beforeChange((change) => {
      this.note(change);
      return Promise.resolve();
    });
    this.policy.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.policy.close();
    await this.hearing;
  }

  private note(change: PolicyChange): void {
    if (change.kind === "refused") {
      this.logger.error({ problems: change.problems, policyVersion: change.active.version }, "another policy set was refused, the active one stays");
      return;
    }
    const { before, after, summary, provenance } = change;
    this.logger.warn({ from: before.version, to: after.version, ...provenance, ...summary }, "another policy set is in force");
    if ([...after.applications.keys()].some((application) => !before.applications.has(application))) this.hearing = this.hearing.then(() => this.hear(after.version));
  }

  /**
   * Reads the ingress of new applications once the set that names them is in force: before, their requests would be those
   * of an unknown application. Where an operator provisions topics and rights, it is tried until they are there.
   */
  private async hear(version: string): Promise<void> {
    let said = "";
    for (let waitMs = SWAP_MS; !this.closing.signal.aborted; waitMs = RETRY_MS) {
      await sleep(waitMs, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
      const { applications, version: inForce } = this.policy.current();
      if (this.closing.signal.aborted || (waitMs === SWAP_MS && inForce !== version)) continue;
      try {
        return await this.ingress.hear([...applications.keys()]);
      } catch (err) {
        const { message } = toAppError(err);
        if (message !== said) this.logger.error({ err }, "new applications are not heard yet: their topics cannot be read; it is tried again");
        said = message;
      }
    }
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
