import type { Deployment, KeyRef, Provider } from "@leverframe/catalog";
import { ProviderError } from "@leverframe/execution";
import type { Clock } from "@leverframe/kernel";
import { type KeySource, placeOf } from "./key-sources";

/** The key for one call, and where it stands. */
export interface ChosenKey {
  readonly key: string;
  readonly place: string;
}

export interface KeyChoiceOptions {
  readonly source: KeySource;
  readonly clock: Clock;
  /** How long keys are used before their place is looked at again. */
  readonly refreshMs?: number;
  /** How long a rejected key is not used; then one call tries it again. */
  readonly quarantineMs?: number;
  readonly onQuarantine?: (quarantine: KeyQuarantine) => void;
  /** Told when a place cannot be read; a key that was read before stays in use. */
  readonly onError?: (provider: string, place: string, error: unknown) => void;
}

/** A provider rejected a key at a deployment. */
export interface KeyQuarantine {
  readonly provider: string;
  readonly deployment: string;
  readonly place: string;
  readonly reason: "auth" | "quota";
}

const REFRESH_MS = 5_000;
const QUARANTINE_MS = 60_000;

interface Kept {
  readonly place: string;
  readonly ref: KeyRef;
  key: string | null;
}

interface KeySet {
  readonly keys: readonly Kept[];
  next: number;
  readAtMicros: number;
  reading: Promise<void> | null;
}

/**
 * Chooses a key for each call: the provider's keys in turn, without those that it has rejected while there are others. A
 * rejection counts at its deployment alone, since a good key may lack the right to one model. Keys are read again now and then,
 * and at once when one was rejected: whoever rotates a key only has to put it where it stands.
 */
export class KeyChoice {
  readonly #sets = new WeakMap<Provider, KeySet>();
  /** By deployment and key: until when it is not used. The keys stay in this process's memory alone. */
  readonly #rejected = new Map<string, { readonly untilMicros: number; readonly quarantine: KeyQuarantine }>();

  constructor(private readonly options: KeyChoiceOptions) {}

  /** Null: the provider wants no key. Rejects with ProviderError `auth` when none stands anywhere. */
  async choose({ id, provider }: Deployment): Promise<ChosenKey | null> {
    const refs = refsOf(provider);
    if (refs.length === 0) return null;
    const set = this.#setOf(provider, refs);
    const age = this.options.clock.nowMicros() - set.readAtMicros;
    if (set.readAtMicros === 0) await this.#read(provider, set);
    // Later readings happen beside the calls: nobody waits for a place that is slow.
    else if (age > (this.options.refreshMs ?? REFRESH_MS) * 1_000) void this.#read(provider, set);
    return this.#next(id, set) ?? this.#none(provider, set);
  }

  /** Takes a rejected key out of use at this deployment. True: another one is left to be tried. */
  async reject(deployment: Deployment, chosen: ChosenKey, reason: "auth" | "quota"): Promise<boolean> {
    const { provider, id } = deployment;
    const set = this.#setOf(provider, refsOf(provider));
    const untilMicros = this.options.clock.nowMicros() + (this.options.quarantineMs ?? QUARANTINE_MS) * 1_000;
    const quarantine = { provider: provider.id, deployment: id, place: chosen.place, reason };
    this.#rejected.set(`${id} ${chosen.key}`, { untilMicros, quarantine });
    this.options.onQuarantine?.(quarantine);
    await this.#read(provider, set);
    return set.keys.some(({ key }) => key !== null && !this.#isRejected(id, key));
  }

  /** What is out of use now. */
  quarantined(): readonly KeyQuarantine[] {
    const nowMicros = this.options.clock.nowMicros();
    for (const [key, { untilMicros }] of this.#rejected) if (untilMicros <= nowMicros) this.#rejected.delete(key);
    return [...this.#rejected.values()].map(({ quarantine }) => quarantine);
  }

  close(): Promise<void> {
    return this.options.source.close();
  }

  /** Null: none was found. When all are rejected they are used all the same: how often that is worth it is for the deployment's breaker to say. */
  #next(deployment: string, set: KeySet): ChosenKey | null {
    let rejected: ChosenKey | null = null;
    for (let tried = 0; tried < set.keys.length; tried++) {
      const { key, place } = set.keys[set.next++ % set.keys.length]!;
      if (key === null) continue;
      if (!this.#isRejected(deployment, key)) return { key, place };
      rejected ??= { key, place };
    }
    return rejected;
  }

  #none({ id }: Provider, { keys }: KeySet): never {
    const [first] = keys;
    const where = keys.length === 1 && first && "env" in first.ref ? `environment variable \`${first.ref.env}\` is not set` : `nothing stands at ${keys.map(({ place }) => place).join(", ")}`;
    throw new ProviderError("auth", `provider \`${id}\` has no key: ${where}`);
  }

  #isRejected(deployment: string, key: string): boolean {
    const rejected = this.#rejected.get(`${deployment} ${key}`);
    return rejected !== undefined && rejected.untilMicros > this.options.clock.nowMicros();
  }

  #setOf(provider: Provider, refs: readonly KeyRef[]): KeySet {
    let set = this.#sets.get(provider);
    if (!set) {
      set = { keys: refs.map((ref) => ({ ref, place: placeOf(ref), key: null })), next: 0, readAtMicros: 0, reading: null };
      this.#sets.set(provider, set);
    }
    return set;
  }

  #read(provider: Provider, set: KeySet): Promise<void> {
    return (set.reading ??= this.#readAll(provider, set).finally(() => {
      set.reading = null;
    }));
  }

  async #readAll(provider: Provider, set: KeySet): Promise<void> {
    const { source, clock, onError } = this.options;
    await Promise.all(
      set.keys.map(async (kept) => {
        try {
          kept.key = await source.read(kept.ref);
        } catch (error) {
          onError?.(provider.id, kept.place, error);
        }
      }),
    );
    set.readAtMicros = clock.nowMicros();
  }
}

const refsOf = ({ apiKeys, apiKeyEnv }: Provider): readonly KeyRef[] => apiKeys ?? (apiKeyEnv === null ? [] : [{ env: apiKeyEnv }]);
