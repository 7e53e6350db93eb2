import { AccountBook } from "@leverframe/budget";
import type { PolicySet } from "@leverframe/policy";
import type { PolicySource } from "@leverframe/wiring";

export interface BookInForce {
  readonly set: PolicySet;
  readonly book: AccountBook;
}

/**
 * The account book of the budgets in force. It is compiled once for each policy set, so a budget that was changed while the
 * process runs counts from the next request on; what was reserved before keeps the window and the accounts that it has.
 */
export class AccountBooks {
  readonly #policy: PolicySource;
  #inForce: BookInForce | null = null;

  constructor(policy: PolicySource) {
    this.#policy = policy;
  }

  current(): BookInForce {
    const set = this.#policy.current();
    if (this.#inForce?.set === set) return this.#inForce;
    return (this.#inForce = { set, book: new AccountBook(set.budgets.caps, set.budgets.timeZoneDefault) });
  }
}
