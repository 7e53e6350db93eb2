import { accountId } from "./account-key";
import type { AccountKey, JournalEntry, RestoredReservation } from "./ledger-store";

interface Held {
  requestId: string;
  tenant: string;
  reservedAtMicros: number;
  reserved: boolean;
  released: boolean;
  latestAtMicros: number;
  /** Σ of what its entries did to `reserved`, by account. */
  readonly open: Map<string, AccountKey & { open: number }>;
}

/** Longer than an event waits to be delivered again: until then a reserve of the same id must not be taken for a new one. */
const REMEMBER_MICROS = 3_600_000_000;

/**
 * The reservations that a journal has not cleared: granted, and not both released and down to nothing. Entries of one
 * may come in any order; what was cleared is forgotten an hour after, by the journal's time, so a long journal needs little.
 */
export class OpenReservations {
  readonly #held = new Map<string, Held>();
  /** Cleared ones, about in the order in which they were. */
  readonly #cleared = new Map<string, Held>();
  #latestAtMicros = 0;

  constructor(opening: readonly RestoredReservation[]) {
    for (const { reservationId, accounts, ...rest } of opening) {
      const open = new Map(accounts.map((account) => [accountId(account), { ...account }]));
      const held = { ...rest, reserved: true, latestAtMicros: rest.reservedAtMicros, open };
      (isCleared(held) ? this.#cleared : this.#held).set(reservationId, held);
    }
  }

  add(entry: JournalEntry): void {
    const { kind, reservationId, postings, atMicros } = entry;
    if (kind === "refused" || kind === "override" || kind === "late_settled" || kind === "archived") return;
    const known = this.#held.get(reservationId);
    // A call that cost nothing moves nothing: its reservation may have come to zero, and gone, without it.
    if (!known && kind === "settled" && postings.every(({ reservedDelta }) => reservedDelta === 0)) return;
    const held = known ?? this.#hold(entry);
    held.latestAtMicros = Math.max(held.latestAtMicros, atMicros);
    if (kind === "reserved") {
      held.reserved = true;
      held.reservedAtMicros = atMicros;
    }
    if (kind === "released") held.released = true;
    for (const posting of postings) move(held, posting, posting.reservedDelta);
    if (isCleared(held)) this.#clear(reservationId, held);
  }

  get count(): number {
    return this.#held.size;
  }

  /** As a rebuild puts them back, in the order in which they were reserved. */
  get list(): readonly RestoredReservation[] {
    return restoredFrom(this.#held);
  }

  /** Those cleared within the last hour: a redelivered event must find that their money was spent. */
  get clearedLately(): readonly RestoredReservation[] {
    this.#forget();
    return restoredFrom(this.#cleared);
  }

  /** What the uncleared ones together hold, by account. */
  get heldByAccount(): ReadonlyMap<string, number> {
    const held = new Map<string, number>();
    for (const { open } of this.#held.values()) {
      for (const [key, account] of open) held.set(key, (held.get(key) ?? 0) + account.open);
    }
    return held;
  }

  /** One sentence for each that cannot be: settled or released without a grant, or beyond it (I3). */
  get findings(): readonly string[] {
    return [...this.#held].flatMap(([reservationId, { reserved, open }]) => {
      if (!reserved) return [`\`${reservationId}\` was settled or released and never reserved`];
      const below = [...open.values()].find((account) => account.open < 0);
      return below ? [`\`${reservationId}\` took more from \`${below.scope} ${below.window}\` than it had reserved`] : [];
    });
  }

  #clear(reservationId: string, held: Held): void {
    this.#held.delete(reservationId);
    this.#cleared.set(reservationId, held);
    this.#latestAtMicros = Math.max(this.#latestAtMicros, held.latestAtMicros);
    this.#forgetOldest();
  }

  /** In passing: whatever stands first and is long over. */
  #forgetOldest(): void {
    for (const [reservationId, { latestAtMicros }] of this.#cleared) {
      if (latestAtMicros >= this.#latestAtMicros - REMEMBER_MICROS) return;
      this.#cleared.delete(reservationId);
    }
  }

  #forget(): void {
    for (const [reservationId, { latestAtMicros }] of this.#cleared) {
      if (latestAtMicros < this.#latestAtMicros - REMEMBER_MICROS) this.#cleared.delete(reservationId);
    }
  }

  #hold({ reservationId, requestId, tenant, atMicros }: JournalEntry): Held {
    const held: Held = { requestId, tenant, reservedAtMicros: atMicros, latestAtMicros: atMicros, reserved: false, released: false, open: new Map() };
    this.#held.set(reservationId, held);
    return held;
  }
}

function restoredFrom(reservations: ReadonlyMap<string, Held>): RestoredReservation[] {
  return [...reservations]
    .map(([reservationId, { requestId, tenant, reservedAtMicros, released, open }]) => {
      return { reservationId, requestId, tenant, reservedAtMicros, released, accounts: [...open.values()] };
    })
    .sort((a, b) => a.reservedAtMicros - b.reservedAtMicros);
}

function move(held: Held, key: AccountKey, reservedDelta: number): void {
  const id = accountId(key);
  const account = held.open.get(id);
  if (account) account.open += reservedDelta;
  else held.open.set(id, { scope: key.scope, window: key.window, unit: key.unit, open: reservedDelta });
}

function isCleared({ reserved, released, open }: Held): boolean {
  if (!reserved || !released) return false;
  for (const account of open.values()) if (account.open !== 0) return false;
  return true;
}
