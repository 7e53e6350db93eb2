import type { Catalog } from "@leverframe/catalog";
import { type AppError, type Clock, MICROS_PER_MS, toAppError } from "@leverframe/kernel";
import type { PolicyFile, PolicySet } from "@leverframe/policy";
import { type ChangeSummary, changeSummary } from "./change-summary";
import type { CheckPolicies } from "./check-in-worker";
import type { PolicyVerdict } from "./check-policies";
import { compileFiles, notValid, type PolicyFolderOptions, type PolicySource } from "./policy-source";
import type { PolicyPlace, PolicyRevision, Provenance } from "./revision";

/** One look at the place that found something new in it, and what came of it. */
export type PolicyChange =
  | { readonly kind: "changed"; readonly before: PolicySet; readonly after: PolicySet; readonly provenance: Provenance; readonly summary: ChangeSummary & Pick<PolicyVerdict, "behaviour"> }
  | { readonly kind: "refused"; readonly active: PolicySet; readonly provenance: Provenance; readonly problems: readonly string[] };

export interface PolicyStatus {
  readonly version: string;
  readonly catalogVersion: string;
  readonly provenance: Provenance;
  readonly activeSinceMicros: number;
  /** Since when the place has held a set that is not the active one because it was refused; null when it holds the active one. */
  readonly refusedSinceMicros: number | null;
  readonly changes: number;
  readonly refusals: number;
  /** From the begin of the last check to its end, swap included; null before the first reload. */
  readonly reloadSeconds: number | null;
}

export interface WatchOptions extends PolicyFolderOptions {
  readonly place: PolicyPlace;
  readonly check: CheckPolicies;
  readonly clock: Clock;
  /** Between two looks at the place; 0: never looks again. */
  readonly watchMs: number;
  /** What went wrong around a look, such as a folder that cannot be read. */
  readonly onError: (error: AppError) => void;
}

/** Called with each change before it counts. When one rejects, the set in force stays and the change is tried again. */
export type BeforeChange = (change: PolicyChange) => Promise<void>;

interface Active {
  readonly set: PolicySet;
  readonly files: readonly PolicyFile[];
  readonly provenance: Provenance;
  readonly sinceMicros: number;
}

/** A place must be the same for this long before it is read: somebody may be writing several files. */
const SETTLE_MS = 100;
/** Requests live for minutes at most; sets change by the hand of people. */
const CATALOGS_KEPT = 16;

/**
 * The active policy set of a place that may change. A new set is checked beside the requests (parsing, proofs, cases),
 * compiled from the very texts that were checked, announced, and then takes effect by the assignment of one reference:
 * whoever asked before holds the old set whole, whoever asks after gets the new one whole. A set that is refused changes
 * nothing, however often the place is looked at.
 */
export class WatchedPolicy implements PolicySource {
  readonly #options: WatchOptions;
  readonly #listeners: BeforeChange[] = [];
  /** Newest last. */
  readonly #catalogs = new Map<string, Catalog>();
  #active: Active;
  /** Of what was last looked into, whatever came of it. */
  #seen: string;
  #refusedSinceMicros: number | null = null;
  #counts = { changes: 0, refusals: 0 };
  #reloadSeconds: number | null = null;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  private constructor(options: WatchOptions, active: Active, seen: string) {
    this.#options = options;
    this.#active = active;
    this.#seen = seen;
    this.#keepCatalog(active.set);
  }

  /** Throws AppError `bad_config` with everything that is wrong: a process without a valid set does not start (I6). */
  static async open(options: WatchOptions): Promise<WatchedPolicy> {
    const { place, check, checkNames, clock } = options;
    const seen = await place.fingerprint();
    const { files, provenance } = await place.read();
    const { problems } = await check({ files, active: null, checkNames });
    if (problems.length > 0) throw notValid(place.name, problems);
    const set = compileFiles(place.name, files, options);
    return new WatchedPolicy(options, { set, files, provenance, sinceMicros: clock.nowMicros() }, seen);
  }

  current(): PolicySet {
    return this.#active.set;
  }

  catalogOf(catalogVersion: string): Catalog {
    return this.#catalogs.get(catalogVersion) ?? this.#active.set.catalog;
  }

  status(): PolicyStatus {
    const { set, provenance, sinceMicros } = this.#active;
    return {
      version: set.version,
      catalogVersion: set.catalog.version,
      provenance,
      activeSinceMicros: sinceMicros,
      refusedSinceMicros: this.#refusedSinceMicros,
      ...this.#counts,
      reloadSeconds: this.#reloadSeconds,
    };
  }

  beforeChange(listener: BeforeChange): void {
    this.#listeners.push(listener);
  }

  start(): void {
    if (this.#options.watchMs > 0) this.#schedule();
  }

  /** Looks once, now. Never rejects. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look()
      .catch((error: unknown) => this.#options.onError(toAppError(error)))
      .finally(() => (this.#looking = null)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.look().then(() => this.#schedule()), this.#options.watchMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { place } = this.#options;
    let found = await place.fingerprint();
    if (found === this.#seen) return;
    for (;;) {
      const before = found;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      found = await place.fingerprint();
      if (found !== before) continue;
      const revision = await place.read();
      found = await place.fingerprint();
      // Written to while it was read: the texts may be of two sets.
      if (found === before) return this.#consider(revision, found);
    }
  }

  async #consider(revision: PolicyRevision, fingerprint: string): Promise<void> {
    const { place, check, checkNames, clock } = this.#options;
    const { files, provenance } = revision;
    const startedAt = clock.nowMicros();
    const { problems, behaviour } = await check({ files, active: this.#active.files, checkNames });
    const result = this.#compiled(files, problems, place.name);
    if ("problems" in result) {
      await this.#announce({ kind: "refused", active: this.#active.set, provenance, problems: result.problems });
      this.#counts.refusals++;
      this.#refusedSinceMicros ??= clock.nowMicros();
    } else {
      await this.#adopt(result.set, revision, behaviour);
      this.#refusedSinceMicros = null;
      this.#reloadSeconds = (clock.nowMicros() - startedAt) / MICROS_PER_MS / 1_000;
    }
    this.#seen = fingerprint;
  }

  #compiled(files: readonly PolicyFile[], problems: readonly string[], name: string): { set: PolicySet } | { problems: readonly string[] } {
    if (problems.length > 0) return { problems };
    try {
      return { set: compileFiles(name, files, this.#options) };
    } catch (error) {
      return { problems: [toAppError(error).message] };
    }
  }

  async #adopt(set: PolicySet, { files, provenance }: PolicyRevision, behaviour: readonly string[]): Promise<void> {
    const before = this.#active;
    const same = before.set.version === set.version && before.set.catalog.version === set.catalog.version;
    if (same) {
      // A comment, a case: nothing that decides has changed.
      this.#active = { ...before, files, provenance };
      return;
    }
    const summary = { ...changeSummary(before, { set, files }), behaviour };
    await this.#announce({ kind: "changed", before: before.set, after: set, provenance, summary });
    this.#keepCatalog(set);
    this.#active = { set, files, provenance, sinceMicros: this.#options.clock.nowMicros() };
    this.#counts.changes++;
  }

  async #announce(change: PolicyChange): Promise<void> {
    for (const listener of this.#listeners) await listener(change);
  }

  #keepCatalog({ catalog }: PolicySet): void {
    this.#catalogs.delete(catalog.version);
    this.#catalogs.set(catalog.version, catalog);
    for (const version of this.#catalogs.keys()) if (this.#catalogs.size > CATALOGS_KEPT) this.#catalogs.delete(version);
  }
}
