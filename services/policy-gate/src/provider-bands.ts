import type { HealthBook } from "@leverframe/health";
import type { Clock } from "@leverframe/kernel";
import type { PolicySet } from "@leverframe/policy";

const PREFIX = "providerHealth.";

/**
 * The health bands of the providers that a set's rules ask about, as the fleet sees them now: moving state like budget
 * bands, so what was taken stands on the permit. A provider that nobody has called lately is `ok`. They are a few
 * exchanges old at most, and no promise: whether a call may go is asked again right before it.
 */
export class ProviderBands {
  readonly #asked = new WeakMap<PolicySet, readonly string[]>();

  constructor(
    private readonly book: Pick<HealthBook, "bandOfProvider">,
    private readonly clock: Clock,
  ) {}

  stateOf(set: PolicySet): Readonly<Record<string, string>> {
    const asked = this.#askedBy(set);
    if (asked.length === 0) return {};
    const nowMicros = this.clock.nowMicros();
    return Object.fromEntries(asked.map((name) => [name, this.book.bandOfProvider(name.slice(PREFIX.length), nowMicros)]));
  }

  #askedBy(set: PolicySet): readonly string[] {
    const known = this.#asked.get(set) ?? [...set.index.slots.scalars.keys()].filter((name) => name.startsWith(PREFIX));
    this.#asked.set(set, known);
    return known;
  }
}
