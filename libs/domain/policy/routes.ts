import { type Classification, RISK_CLASS_VALUES, type RiskClass } from "@leverframe/events";
import { NO_TERMS, type ObligationTerms } from "@leverframe/permit";
import { LIMIT_FIELDS, readLimits } from "./obligation-terms";
import { ID, ID_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

/** A named path with its own floor and ceilings. */
export interface Route {
  readonly name: string;
  readonly owner: string | null;
  readonly why: string | null;
  /** Task types that may take it; null: any. */
  readonly intents: readonly string[] | null;
  /** Null: any. */
  readonly riskClasses: readonly RiskClass[] | null;
  /** Quality floor, latency, cost ceiling per success, escalations. */
  readonly terms: ObligationTerms;
  /** Taken by a request that named this route but does not fit it. */
  readonly fallback: string | null;
}

export interface Routes {
  readonly byName: ReadonlyMap<string, Route>;
  /** Taken when a request names none and its intent picks none. */
  readonly default: Route;
}

const ROUTE_FIELDS = ["name", "owner", "why", "intents", "riskClasses", "fallback", ...LIMIT_FIELDS];
const NOWHERE: Route = { name: "", owner: null, why: null, intents: null, riskClasses: null, terms: NO_TERMS, fallback: null };

/** Reads `routes.yaml`. `taskTypes`: the values of that attribute, null when they are open. */
export function readRoutes(place: Place | null, taskTypes: readonly string[] | null): Routes {
  const file = place?.fields("routes.yaml", ["default", "routes"]);
  const list = file?.need("routes", "the file")?.items("`routes`") ?? [];
  const read = new Map<string, { route: Route; fields: Fields }>();
  for (const item of list) {
    const fields = item.fields("a route", ROUTE_FIELDS);
    const name = fields?.need("name", "the route")?.text("route name", ID, ID_EXPECTED);
    if (!fields || !name) continue;
    if (read.has(name)) fields.get("name")?.fail(`route \`${name}\` stands twice; expected each name once`);
    read.set(name, { route: readRoute(name, fields, taskTypes), fields });
  }
  const names = [...read.keys()];
  const chosen = file?.need("default", "the file")?.oneOf("default route", names) ?? null;
  for (const { fields } of read.values()) fields.get("fallback")?.oneOf("fallback", names);
  const byName = new Map([...read].map(([name, { route }]) => [name, route]));
  refuseOverlaps([...read.values()].filter(({ route }) => route.name !== chosen));
  refuseCircles(read);
  return { byName, default: byName.get(chosen ?? "") ?? NOWHERE };
}

function readRoute(name: string, fields: Fields, taskTypes: readonly string[] | null): Route {
  const intents = fields.get("intents")?.oneOrMore("`intents`");
  const risks = fields.get("riskClasses")?.oneOrMore("`riskClasses`");
  return {
    name,
    owner: fields.get("owner")?.text("owner") ?? null,
    why: fields.get("why")?.text("why") ?? null,
    intents: intents?.flatMap((item) => (taskTypes ? item.oneOf("intent", taskTypes) : item.text("intent")) ?? []) ?? null,
    riskClasses: risks?.flatMap((item) => item.oneOf("risk class", RISK_CLASS_VALUES) ?? []) ?? null,
    terms: { ...NO_TERMS, ...readLimits(fields) },
    fallback: fields.get("fallback")?.text("fallback") ?? null,
  };
}

/** Two routes that one intent could pick would make the choice depend on the order of lines. */
function refuseOverlaps(routes: readonly { route: Route; fields: Fields }[]): void {
  routes.forEach(({ route, fields }, index) => {
    for (const { route: other } of routes.slice(0, index)) {
      const intent = route.intents?.find((name) => other.intents?.includes(name));
      const risk = (route.riskClasses ?? RISK_CLASS_VALUES).find((name) => (other.riskClasses ?? RISK_CLASS_VALUES).includes(name));
      if (intent === undefined || risk === undefined) continue;
      fields.key("intents").fail(`routes \`${other.name}\` and \`${route.name}\` both take \`${intent}\` at risk ${risk}; expected one of them`);
    }
  });
}

function refuseCircles(routes: ReadonlyMap<string, { route: Route; fields: Fields }>): void {
  for (const { route, fields } of routes.values()) {
    const passed = new Set([route.name]);
    for (let next = route.fallback; next !== null; next = routes.get(next)?.route.fallback ?? null) {
      if (next === route.name) fields.get("fallback")?.fail(`the fallbacks of route \`${route.name}\` lead back to it`);
      if (passed.has(next)) break;
      passed.add(next);
    }
  }
}

export type RouteChoice =
  | { readonly route: Route; readonly refused: null }
  | { readonly route: null; readonly refused: { readonly code: "unknown_route" | "route_not_permitted"; readonly message: string } };

/** The named route or the first of its fallbacks that fits; without a name, the route of the intent, else the default. */
export function chooseRoute(routes: Routes, named: string | null, classification: Classification): RouteChoice {
  if (named === null) {
    for (const route of routes.byName.values()) {
      if (route !== routes.default && route.intents !== null && fits(route, classification)) return { route, refused: null };
    }
    return fits(routes.default, classification) ? { route: routes.default, refused: null } : misfit(routes.default, classification);
  }
  const first = routes.byName.get(named);
  if (!first) {
    const names = [...routes.byName.keys()].join(", ");
    return { route: null, refused: { code: "unknown_route", message: `route \`${named.slice(0, 64)}\` is not known; expected ${names}` } };
  }
  for (let route: Route | undefined = first; route; route = routes.byName.get(route.fallback ?? "")) {
    if (fits(route, classification)) return { route, refused: null };
  }
  return misfit(first, classification);
}

function fits(route: Route, { taskType, riskClass }: Classification): boolean {
  return (route.intents?.includes(taskType) ?? true) && (route.riskClasses?.includes(riskClass) ?? true);
}

function misfit(route: Route, { taskType, riskClass }: Classification): RouteChoice {
  const message = `route \`${route.name}\` does not take ${taskType} at risk ${riskClass}, and none of its fallbacks does`;
  return { route: null, refused: { code: "route_not_permitted", message } };
}
