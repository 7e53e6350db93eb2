import type { Deployment } from "@leverframe/catalog";

/** How well deployments are, as far as the selector knows; without it all are taken for well and idle. */
export interface SelectionHealth {
  bandOf(deployment: string): "ok" | "degraded" | "down";
  /** How its last calls went; null for what too few calls tell. Absent: bands have to do. */
  measuredOf?(deployment: string): { readonly successRate: number | null; readonly latencyMs: number | null } | null;
  /** How busy a deployment is kept: comparable among deployments, 0 when idle. */
  loadOf(deployment: string): number;
}

/** A degraded deployment still gets this share of what it would get, so that somebody notices when it is well again. */
const TRIAL_SHARE = 0.25;

interface Candidate {
  readonly deployment: Deployment;
}

/**
 * Deployments of one model that are permitted alike, in the order in which this request should try them; they come in
 * the order of their cost. The well ones first, then by the model's preferred regions, then as its distribution says.
 * Chance is drawn from the request's id: a redelivered request draws the same, and the same requests are shared out the
 * same way everywhere. What health said may have moved by then; what was funded first counts all the same.
 */
export function shareOut<C extends Candidate>(equals: readonly C[], requestId: string, health: SelectionHealth | null): C[] {
  const { strategy = "cheapest", regions = [] } = equals[0]?.deployment.model.distribution ?? {};
  const ill = ({ deployment: { id } }: C): boolean => health?.bandOf(id) === "degraded" && chance(`trial ${requestId} ${id}`) >= TRIAL_SHARE;
  const regionOf = ({ deployment: { region } }: C): number => (regions.includes(region) ? regions.indexOf(region) : regions.length);
  const ordered = strategy === "cheapest" ? [...equals] : equals.toSorted((a, b) => draw(a, requestId) - draw(b, requestId));
  const byPlace = ordered.toSorted((a, b) => Number(ill(a)) - Number(ill(b)) || regionOf(a) - regionOf(b));
  return strategy === "least_loaded" && health ? lessLoadedFirst(byPlace, regionOf, ill, health) : byPlace;
}

/**
 * Of two drawn by chance the one with less to do ("the power of two choices", M. Mitzenmacher, 2001): taking the least
 * loaded of all would send everybody to the same one until the next news of its load.
 */
function lessLoadedFirst<C extends Candidate>(drawn: C[], regionOf: (one: C) => number, ill: (one: C) => boolean, health: SelectionHealth): C[] {
  const [first, second, ...others] = drawn;
  if (!first || !second || regionOf(first) !== regionOf(second) || ill(first) !== ill(second)) return drawn;
  // Twice the weight bears twice the load; what weighs nothing is only for when there is nobody else.
  const pressure = ({ deployment: { id, weight = 1 } }: C): number => health.loadOf(id) / weight;
  return pressure(second) < pressure(first) ? [second, first, ...others] : drawn;
}

/** Sorting by this draws without replacement with chances by weight (P. Efraimidis and P. Spirakis, 2006). */
function draw({ deployment: { id, weight = 1 } }: Candidate, requestId: string): number {
  return weight === 0 ? Infinity : -Math.log(1 - chance(`${requestId} ${id}`)) / weight;
}

/** A text as a number in [0, 1) that looks drawn by chance: FNV-1a, mixed as in MurmurHash3's finaliser, since ids differ in few places. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}
