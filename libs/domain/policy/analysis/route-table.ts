import { chooseRoute } from "../choose-route";
import type { PolicySet } from "../policy-set";
import { type Facet, newDraft } from "./facet";

export const ROUTE = "route";
const UNKNOWN_ROUTE = "(unknown)";

/** What a request may name, in the order of naturalness. */
export function routeFacet(sets: readonly PolicySet[]): Facet {
  const names = [...new Set(sets.flatMap(({ routes }) => [...routes.byName.keys()]))];
  return {
    key: ROUTE,
    label: "named route",
    values: [
      { shown: "(none)", put: () => undefined },
      ...names.map((name) => ({ shown: name, put: (draft: { route: string | null }) => void (draft.route = name) })),
      { shown: UNKNOWN_ROUTE, undeclared: true, put: (draft) => void (draft.route = UNKNOWN_ROUTE) },
    ],
  };
}

/** The parts of a request that a route is chosen by, in the order of the table's dimensions. */
export const ROUTE_KEYS = [ROUTE, "classification.taskType", "classification.riskClass", "origin"] as const;

/** What becomes of a request before any rule is asked: `route <name>`, or the code of its refusal. */
export type RouteEnding = string;

/** The chosen route for each combination of values of the four facets, asked of the set itself. */
export class RouteTable {
  readonly #endings: RouteEnding[] = [];
  readonly #sizes: readonly number[];
  readonly #byOrigin: boolean;

  constructor({ routes, facts }: PolicySet, facets: readonly Facet[]) {
    // Only experimental routes ask who it is.
    this.#byOrigin = [...routes.byName.values()].some(({ lifecycle }) => lifecycle === "experimental");
    this.#sizes = facets.map(({ values }) => values.length);
    const [named, tasks, risks, who] = facets.map(({ values }) => values) as [Facet["values"], Facet["values"], Facet["values"], Facet["values"]];
    for (const name of named) {
      for (const task of tasks) {
        for (const risk of risks) {
          for (const origin of this.#byOrigin ? who : who.slice(0, 1)) {
            const draft = newDraft();
            for (const value of [origin, name, task, risk]) value.put(draft);
            const { route, refused } = chooseRoute(routes, { named: draft.route, origin: draft.origin, classification: draft.classification, facts });
            this.#endings.push(refused ? refused.code : `route ${route.name}`);
          }
        }
      }
    }
  }

  /** By the index of a value in each facet. */
  at([named, task, risk, who]: readonly number[]): RouteEnding {
    const [, tasks, risks, origins] = this.#sizes as [number, number, number, number];
    const last = this.#byOrigin ? origins : 1;
    return this.#endings[(((named as number) * tasks + (task as number)) * risks + (risk as number)) * last + (this.#byOrigin ? (who as number) : 0)] as RouteEnding;
  }

  /** Everything that the table says where one facet has one value: what is equal here cannot be told apart. */
  column(dimension: number, value: number): string {
    if (dimension === 3 && !this.#byOrigin) return "";
    const parts: string[] = [];
    const sizes = this.#sizes.map((size, index) => (index === 3 && !this.#byOrigin ? 1 : size));
    const walk = (at: number[]): void => {
      if (at.length === sizes.length) return void parts.push(this.at(at));
      const fixed = at.length === dimension;
      for (let next = fixed ? value : 0; next < (fixed ? value + 1 : (sizes[at.length] as number)); next++) walk([...at, next]);
    };
    walk([]);
    return parts.join("\u0000");
  }
}
