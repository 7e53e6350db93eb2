import type { HealthBook } from "@leverframe/health";
import type { Clock } from "@leverframe/kernel";
import type { PolicySet } from "@leverframe/policy";

const PREFIX = "providerHealth.";
/** Far less than what news of health take to arrive; what it saves is the look at every deployment for each request. */
const FRESH_MICROS = 50_000;

type State = Readonly<Record<string, string>>;

/**
 * The health bands of the providers that a set's rules ask about, as the fleet sees them now: moving state like budget
 * bands, so what was taken stands on the permit. A provider that nobody has called lately is `ok`. They are a few
 * exchanges old at most, and no promise: whether a call may go is asked again right before it.
 */
export class ProviderBands {
  #kept: { readonly set: PolicySet; readonly untilMicros: number; readonly state: State } | null = null;

  constructor(
    private readonly book: Pick<HealthBook, "bandOfProvider">,
    private readonly clock: Clock,
  ) {}

  stateOf(set: PolicySet): State {
    const nowMicros = this.clock.nowMicros();
    if (this.#kept?.set === set && nowMicros < this.#kept.untilMicros) return this.#kept.state;
    const asked = [...set.index.slots.scalars.keys()].filter((name) => name.startsWith(PREFIX));
    const state = Object.fromEntries(asked.map((name) => [name, this.book.bandOfProvider(name.slice(PREFIX.length), nowMicros)]));
    this.#kept = { set, untilMicros: nowMicros + FRESH_MICROS, state };
    return state;
  }
}
