import { type AccountKey, accountId, type Balance, type CapChange, type Override, overrideOf, type ReservationState, type Unit } from "@leverframe/budget";

/** `scope<TAB>window` for dollars, with `<TAB>unit` for what else is counted. */
export function accountFrom(id: string): AccountKey {
  const [scope = "", window = "", unit = "usd"] = id.split("\t");
  return { scope, window, unit: unit as Unit };
}

/** `reserved settled cap`, then `<TAB>from until delta id` for each change: as fence.lua reads it. */
export function balanceText({ reserved, settled, cap, changes }: Balance): string {
  const texts = changes.map(({ fromMicros, untilMicros, deltaCap, overrideId }) => `\t${fromMicros} ${untilMicros} ${deltaCap} ${overrideId}`);
  return `${reserved} ${settled} ${cap ?? ""}${texts.join("")}`;
}

export function balanceFrom(account: AccountKey, value: string): Balance {
  const [amounts = "", ...changes] = value.split("\t");
  const [reserved, settled, cap = ""] = amounts.split(" ");
  const { scope, window, unit } = account;
  return {
    scope,
    window,
    unit,
    cap: cap === "" ? null : Number(cap),
    reserved: Number(reserved),
    settled: Number(settled),
    changes: changes.map(changeFrom),
  };
}

function changeFrom(text: string): CapChange {
  const [, from, until, delta, overrideId = ""] = /^(\d+) (\d+) (-?\d+) (.*)$/s.exec(text) ?? [];
  return { overrideId, deltaCap: Number(delta), fromMicros: Number(from), untilMicros: Number(until) };
}

/** Always the same text for the same override: the script compares it. */
export function overrideText(override: Override): string {
  return JSON.stringify(overrideOf(override));
}

export function overrideFrom(text: string): Override {
  return JSON.parse(text) as Override;
}

/** `usd`, `tokens`, `usd provider:openai`. */
export function lineName({ unit, only }: { readonly unit: Unit; readonly only: string | null }): string {
  return only === null ? unit : `${unit} ${only}`;
}

/** The fields of a reservation that was brought back, as the scripts keep them. */
export function restoredFields(state: ReservationState): readonly string[] {
  const { outcome, lines, accounts } = state;
  const created = outcome.status === "created" ? `created ${outcome.option} ${outcome.amountMicroUsd}` : outcome.status;
  const names = lines.map(lineName);
  const places = accounts.map((account) => names.indexOf(lineName(account)) + 1);
  const fields = {
    asked: state.amountsAsked, outcome: created, request: state.requestId, tenant: state.tenant,
    open: lines.map(({ open }) => open).join(","), flight: lines.map(({ inFlight }) => inFlight).join(","),
    released: state.released ? "1" : "0", restored: "1", accounts: accounts.map(accountId).join("\n"),
    lines: names.join("\n"), in: places.join(","),
  };
  return Object.entries(fields).flat();
}
