import { capInForce, emptyBalance } from "./account-key";
import type { Change, LedgerView } from "./ledger-state";
import type { CapChange, Override, OverrideResult, PlaceOverride } from "./ledger-store";

/** Of one account at a time; each is looked at by every reserve that the account takes part in. */
const CHANGES_MAX = 32;

/**
 * Changes one account's cap for a time. What is reserved already stays; the next reserve sees the cap that is in force
 * then. The end needs no step of its own: a change that is over is not counted, and leaves with the next one.
 */
export function decideOverride(view: LedgerView, command: PlaceOverride): Change<OverrideResult> {
  const override = overrideOf(command);
  const before = view.balance(command) ?? emptyBalance(command);
  const declared = command.declaredCap ?? before.cap;
  const known = view.override(command.overrideId);
  if (known) return { result: again(known, override, capInForce(declared, before.changes, command.nowMicros) ?? 0) };
  if (command.untilMicros <= Math.max(command.nowMicros, command.fromMicros)) return { result: { status: "expired_window" } };
  if (declared === null) return { result: { status: "unknown_scope" } };

  const { overrideId, deltaCap, fromMicros, untilMicros } = override;
  const lasting = before.changes.filter((change) => change.untilMicros > command.nowMicros);
  if (lasting.length >= CHANGES_MAX) return { result: { status: "too_many_overrides" } };
  const changes = [...lasting, { overrideId, deltaCap, fromMicros, untilMicros }].sort(byId);
  return {
    result: { status: "created", cap: capInForce(declared, changes, command.nowMicros) ?? 0 },
    balances: [{ ...before, cap: declared, changes }],
    override,
    entry: {
      entryId: `${overrideId}.override`,
      kind: "override",
      reservationId: overrideId,
      attemptId: null,
      requestId: overrideId,
      tenant: command.tenant,
      amountMicroUsd: 0,
      costNanoUsd: 0n,
      status: "created",
      postings: [],
      override,
      atMicros: command.nowMicros,
    },
  };
}

/** Without what belongs to the command alone. */
export function overrideOf({ overrideId, tenant, scope, window, unit, deltaCap, by, reason, fromMicros, untilMicros }: Override): Override {
  return { overrideId, tenant, scope, window, unit, deltaCap, by, reason, fromMicros, untilMicros };
}

function again(known: Override, override: Override, cap: number): OverrideResult {
  const same = (Object.keys(override) as (keyof Override)[]).every((field) => known[field] === override[field]);
  return same ? { status: "exists", cap } : { status: "exists_with_different_amount" };
}

const byId = (a: CapChange, b: CapChange): number => (a.overrideId < b.overrideId ? -1 : 1);
