/**
 * What a parked request waits for. Requests with the same lane leave it in the order of their arrival.
 *   account    room in an account: its scope, the kind of its window (it may be another window by then) and its unit.
 *              `cap` is that of a throttle, which no budget declares; null: the budgets in force say
 *   capacity   one of these deployments, sorted, must be fit to be called again
 */
export type Lane =
  | { readonly kind: "account"; readonly scope: string; readonly window: string; readonly unit: string; readonly cap: number | null }
  | { readonly kind: "capacity"; readonly candidates: readonly string[] };

const SEPARATOR = "\t";

/** The same text for the same lane; `laneFrom` reads it back. Names hold no tabs. */
export function laneText(lane: Lane): string {
  if (lane.kind === "capacity") return ["capacity", ...[...new Set(lane.candidates)].sort()].join(SEPARATOR);
  return ["account", lane.scope, lane.window, lane.unit, lane.cap ?? ""].join(SEPARATOR);
}

/** Null for a text that no lane has. */
export function laneFrom(text: string): Lane | null {
  const [kind, ...parts] = text.split(SEPARATOR);
  if (kind === "capacity") return { kind, candidates: parts };
  const [scope, window, unit, cap] = parts;
  if (kind !== "account" || scope === undefined || window === undefined || unit === undefined || cap === undefined) return null;
  return { kind, scope, window, unit, cap: cap === "" ? null : Number(cap) };
}

/** What people read: `department:acme/Sales (usd, month)`, `capacity of oss/small`. */
export function laneName(text: string): string {
  const lane = laneFrom(text);
  if (lane === null) return text;
  return lane.kind === "capacity" ? `capacity of ${lane.candidates.join(", ")}` : `${lane.scope} (${lane.unit}, ${lane.window})`;
}
