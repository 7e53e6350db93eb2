import type { ProviderDelta } from "./provider-adapter";

/** Why the pieces of an attempt are void. */
export interface StreamFailure {
  readonly code: string;
  readonly message: string;
}

/**
 * Where the pieces of one plan's answer go while they come: a preview for whoever watches. It is told of attempts by
 * their ordinals, which rise; what it was given of an earlier one is void as soon as a later one writes.
 */
export interface DeltaOutlet {
  /** While a promise that it returned is open, nothing more is given: this is how a slow reader slows the provider. Never rejects. */
  write(ordinal: number, delta: ProviderDelta): void | Promise<void>;
  /** The attempt has ended. Null: its pieces are the whole answer. Resolves when they have left, or never will; never rejects. */
  end(ordinal: number, failure: StreamFailure | null): Promise<void>;
}
