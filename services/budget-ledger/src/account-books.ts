import { AccountBook } from "@leverframe/budget";
import type { PolicySet } from "@leverframe/policy";
import type { PolicySource } from "@leverframe/wiring";

/**
 * The account book of the budgets in force. It is compiled once for each policy set, so a budget that was changed while the
 * process runs counts from the next request on; what was reserved before keeps the window and the accounts that it has.
 */
export class AccountBooks {
  readonly #policy: PolicySource;
  #set: PolicySet | null = null;
  #book = new AccountBook([]);

  constructor(policy: PolicySource) {
    this.#policy = policy;
  }

  current(): AccountBook {
    const set = this.#policy.current();
    if (set !== this.#set) {
      this.#book = new AccountBook(set.budgets.caps);
      this.#set = set;
    }
    return this.#book;
  }
}
