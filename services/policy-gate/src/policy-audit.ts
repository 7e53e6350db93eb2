import { hostname } from "node:os";
import { type AnyMessage, message } from "@leverframe/contracts";
import type { PolicyChange as PolicyChangeEvent } from "@leverframe/events";
import type { Clock } from "@leverframe/kernel";
import type { PolicyChange, Provenance, WatchedPolicy } from "@leverframe/policy-source";

export interface PolicyAuditOptions {
  readonly policy: WatchedPolicy;
  readonly publish: (messages: readonly AnyMessage[]) => Promise<void>;
  readonly clock: Clock;
  /** Distinguishes this start of this process from every other. */
  readonly start: string;
}

const PROBLEMS_MAX = 50;
const PROBLEM_CHARACTERS_MAX = 500;
const STOPPED_WAIT_MS = 1_000;

/**
 * Every change of the active set as an event, before it counts: the log has acknowledged the event when the first request
 * is decided under the new set, so no decision stands on a version whose coming into force is not on record. While the
 * log cannot be written, the set in force stays.
 */
export class PolicyAudit {
  readonly #options: PolicyAuditOptions;
  readonly #instance: string;
  #sequence = 0;

  constructor(options: PolicyAuditOptions) {
    this.#options = options;
    this.#instance = `${hostname()}.${process.pid}.${options.start}`;
  }

  /** Says what is in force at the start, then everything that follows. */
  async begin(): Promise<void> {
    const { policy } = this.#options;
    const set = policy.current();
    await this.#publish("started", policy.status().provenance, { policyVersion: set.version, catalogVersion: set.catalog.version });
    policy.beforeChange((change) => this.#announce(change));
  }

  /** Says that this instance decides no more. Best effort: a process that ends does not wait for a log that is away. */
  async end(): Promise<void> {
    const { policy } = this.#options;
    const { version, catalog } = policy.current();
    const said = this.#publish("stopped", policy.status().provenance, { policyVersion: version, catalogVersion: catalog.version }).catch(() => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, STOPPED_WAIT_MS);
    await Promise.race([said, promise]);
    clearTimeout(timer);
  }

  #announce(change: PolicyChange): Promise<void> {
    if (change.kind === "refused") {
      const { version, catalog } = change.active;
      const versions = { policyVersionBefore: version, policyVersion: version, catalogVersionBefore: catalog.version, catalogVersion: catalog.version };
      return this.#publish("refused", change.provenance, { ...versions, problems: bounded(change.problems) });
    }
    const { before, after, summary } = change;
    return this.#publish("changed", change.provenance, {
      policyVersionBefore: before.version,
      policyVersion: after.version,
      catalogVersionBefore: before.catalog.version,
      catalogVersion: after.catalog.version,
      files: summary.files,
      changes: summary.changes,
      behaviour: summary.behaviour,
    });
  }

  async #publish(
    kind: "started" | "changed" | "refused" | "stopped",
    { actor, actorSource, commit, ref, dirty }: Provenance,
    about: Pick<PolicyChangeEvent, "policyVersion" | "catalogVersion"> & Partial<PolicyChangeEvent>,
  ): Promise<void> {
    const event: PolicyChangeEvent = {
      policyVersionBefore: null,
      catalogVersionBefore: null,
      files: [],
      changes: [],
      behaviour: [],
      problems: [],
      ...about,
      eventId: `${this.#instance}.policy.${this.#sequence++}`,
      instance: this.#instance,
      kind,
      actor,
      actorSource,
      commit,
      gitRef: ref,
      dirty,
      at: this.#options.clock.nowMicros(),
    };
    await this.#options.publish([message("policy-changes", event)]);
  }
}

function bounded(problems: readonly string[]): readonly string[] {
  const shown = problems.slice(0, PROBLEMS_MAX).map((problem) => problem.slice(0, PROBLEM_CHARACTERS_MAX));
  return problems.length > PROBLEMS_MAX ? [...shown, `and ${problems.length - PROBLEMS_MAX} more`] : shown;
}
