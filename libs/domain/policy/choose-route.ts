import type { Classification, Origin } from "@leverframe/events";
import type { OriginFacts } from "./origin-facts";
import { pickedByIntent, type Route, type Routes } from "./routes";

export type RouteChoice =
  | { readonly route: Route; readonly refused: null }
  | { readonly route: null; readonly refused: { readonly code: "unknown_route" | "route_not_permitted"; readonly message: string } };

/** What a route is chosen by. */
export interface RouteAsker {
  /** As the request names it. */
  readonly named: string | null;
  readonly origin: Origin;
  readonly classification: Classification;
  readonly facts: OriginFacts;
}

/** The named route or the first of its fallbacks that fits; without a name, the route of the intent, else the default. */
export function chooseRoute(routes: Routes, asker: RouteAsker): RouteChoice {
  const { named } = asker;
  if (named === null) {
    for (const route of routes.byName.values()) {
      if (route !== routes.default && pickedByIntent(route) && misfit(route, asker) === null) return { route, refused: null };
    }
    return through(routes.default, routes, asker);
  }
  const first = routes.byName.get(named);
  if (first) return through(first, routes, asker);
  const names = [...routes.byName.keys()].join(", ");
  return { route: null, refused: { code: "unknown_route", message: `route \`${named.slice(0, 64)}\` is not known; expected ${names}` } };
}

function through(first: Route, routes: Routes, asker: RouteAsker): RouteChoice {
  for (let route: Route | undefined = first; route; route = routes.byName.get(route.fallback ?? "")) {
    if (misfit(route, asker) === null) return { route, refused: null };
  }
  const message = `route \`${first.name}\` ${misfit(first, asker)}, and none of its fallbacks takes it`;
  return { route: null, refused: { code: "route_not_permitted", message } };
}

/** Why the route does not take the request; null when it does. */
function misfit(route: Route, { origin, classification, facts }: RouteAsker): string | null {
  const { taskType, riskClass } = classification;
  const taken = (route.intents?.includes(taskType) ?? true) && (route.riskClasses?.includes(riskClass) ?? true);
  if (!taken) return `does not take ${taskType} at risk ${riskClass}`;
  if (route.lifecycle === "archived") return "is archived";
  if (route.lifecycle !== "experimental") return null;
  const { departments, applications, groups } = route.openTo;
  const open =
    departments.includes(origin.department) ||
    applications.includes(origin.application) ||
    (groups.length > 0 && (facts.userGroups(origin)?.some((group) => groups.includes(group)) ?? false));
  return open ? null : `is experimental and not open to ${origin.department}`;
}
