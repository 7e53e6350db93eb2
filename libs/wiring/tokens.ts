/** Injection tokens of the parts that several services share. */
export const POLICY = Symbol("leverframe.policy");
export const HEALTH = Symbol("leverframe.health");
export const LEDGER = Symbol("leverframe.ledger");
export const ANSWERS = Symbol("leverframe.answers");
/** Where requests that may wait are laid down: `DeferralDesk`. */
export const DEFERRALS = Symbol("leverframe.deferrals");
export const KEY_RING = Symbol("leverframe.key-ring");
/** Counts the tokens of a text: `CountTokens`. */
export const COUNT_TOKENS = Symbol("leverframe.count-tokens");
