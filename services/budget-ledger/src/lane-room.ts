import { capInForce, type LedgerStore, WINDOW_KINDS, type Unit } from "@leverframe/budget";
import { type Lane, laneFrom, type Room } from "@leverframe/deferral";
import type { HealthBand } from "@leverframe/health";
import type { AccountBooks } from "./account-books";

export interface LaneRoomParts {
  readonly ledger: Pick<LedgerStore, "balancesOf">;
  readonly books: Pick<AccountBooks, "current">;
  readonly bandOf: (deployment: string, nowMicros: number) => HealthBand;
}

const OPEN: Room = { available: Infinity, cap: Infinity };

/** What there is now of what a lane waits for: by the budgets in force, in the window of this moment, with its overrides. */
export async function roomIn(text: string, { ledger, books, bandOf }: LaneRoomParts, nowMicros: number): Promise<Room> {
  const lane = laneFrom(text);
  // Nobody knows what it waits for: whoever decides next does.
  if (lane === null) return OPEN;
  if (lane.kind === "capacity") return capacityOf(lane.candidates.map((id) => bandOf(id, nowMicros)));
  const kind = WINDOW_KINDS.find((one) => one === lane.window);
  if (kind === undefined) return OPEN;
  const { book } = books.current();
  const { scope } = lane;
  const unit = lane.unit as Unit;
  const window = book.calendarOf(scope).windowAt(kind, nowMicros);
  const declared = capOf(lane, book.budgetOf(scope, window, unit));
  if (declared === Infinity) return OPEN;
  const [balance] = await ledger.balancesOf([{ scope, window, unit }]);
  const cap = capInForce(declared, balance?.changes ?? [], nowMicros) ?? declared;
  const taken = (balance?.reserved ?? 0) + (balance?.settled ?? 0);
  return { available: Math.max(0, cap - taken), cap };
}

/** A throttle and a declared rate hold together. A budget that is gone, or soft, holds nobody. */
function capOf({ cap }: Extract<Lane, { kind: "account" }>, budget: { readonly cap: number; readonly hard: boolean } | null): number {
  return Math.min(cap ?? Infinity, budget?.hard ? budget.cap : Infinity);
}

/** Whoever is first finds out whether an ill provider is well again; the others follow when it is. */
function capacityOf(bands: readonly HealthBand[]): Room {
  if (bands.includes("ok") || bands.length === 0) return OPEN;
  return { available: bands.includes("degraded") ? 1 : 0, cap: Infinity };
}
