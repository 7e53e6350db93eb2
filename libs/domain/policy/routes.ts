import type { Deployment } from "@leverframe/catalog";
import { RISK_CLASS_VALUES, type RiskClass } from "@leverframe/events";
import { type NanoUsd, toMicroUsd } from "@leverframe/kernel";
import { FALLBACK_TRIGGERS, NO_TERMS, type ObligationTerms } from "@leverframe/permit";
import type { TenantCalendar } from "./budget-calendar";
import type { BudgetCap } from "./budgets";
import { type CandidateMatcher, matchCandidates, readCandidateMatcher } from "./candidate-matcher";
import { CALL_FIELDS, LIMIT_FIELDS, readCallTerms, readLimits } from "./obligation-terms";
import { type OpinionTerms, readOpinionTerms } from "./second-opinion";
import { ID, ID_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

/**
 * `experimental`: only for those it is open to, and only when named. `managed`: the normal state. `deprecated`: works,
 * and every permit says so. `archived`: takes no request; who names it is led to its fallback.
 */
export const LIFECYCLES = ["experimental", "managed", "deprecated", "archived"] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

/** Who may take an experimental route: any one of these is enough. */
export interface RouteAudience {
  readonly departments: readonly string[];
  readonly applications: readonly string[];
  readonly groups: readonly string[];
}

/** What a route may use, over all of a tenant who take it; the ledger holds both. */
export interface RouteQuota {
  /** A hard cap. */
  readonly usdPerDayMax: NanoUsd | null;
  /** What is above it is refused `rate_limited`. */
  readonly requestsPerMinuteMax: number | null;
}

/** One step of a ladder, and which deployments stand on it (one byte each, in catalog order). */
export interface Rung {
  readonly candidates: CandidateMatcher;
  readonly matches: Uint8Array;
}

/** A named path: a contract with its own floor, ceilings, ladders and owner. */
export interface Route {
  readonly name: string;
  readonly owner: string | null;
  readonly why: string | null;
  readonly lifecycle: Lifecycle;
  readonly openTo: RouteAudience;
  /** Task types that may take it; null: any. */
  readonly intents: readonly string[] | null;
  /** Null: any. */
  readonly riskClasses: readonly RiskClass[] | null;
  /** Quality floor, latency, cost ceiling per success, escalations; hedging, pruning, what is no reason to fall back. */
  readonly terms: ObligationTerms;
  readonly quota: RouteQuota;
  /** Rungs, lowest first; empty: the selector's own order. */
  readonly escalation: readonly Rung[];
  readonly degradation: readonly Rung[];
  /** Taken by a request that named this route but does not fit it. */
  readonly fallback: string | null;
}

export interface Routes {
  readonly byName: ReadonlyMap<string, Route>;
  /** Taken when a request names none and its intent picks none. */
  readonly default: Route;
  /** Null: the rules alone say what a request is. */
  readonly secondOpinion: OpinionTerms | null;
}

/** Names of other files that routes speak of; null: not known, so not checked. */
export interface RouteContext {
  readonly taskTypes: readonly string[] | null;
  readonly departments: readonly string[];
  readonly applications: readonly string[];
  readonly groups: readonly string[];
  readonly deployments: readonly Deployment[];
}

export const ROUTES_FIELDS = ["default", "secondOpinion", "routes"] as const;
export const ROUTE_FIELDS = [
  "name", "owner", "why", "lifecycle", "openTo", "intents", "riskClasses", "quota", "escalation", "degradation", "fallback", "fallbackOn",
  ...LIMIT_FIELDS, ...CALL_FIELDS,
] as const;
export const AUDIENCE_FIELDS = ["departments", "applications", "groups"] as const;
export const QUOTA_FIELDS = ["usdPerDayMax", "requestsPerMinuteMax"] as const;

const RUNGS_MAX = 8;
const NOBODY: RouteAudience = { departments: [], applications: [], groups: [] };
const NO_QUOTA: RouteQuota = { usdPerDayMax: null, requestsPerMinuteMax: null };
const NOWHERE: Route = {
  name: "", owner: null, why: null, lifecycle: "managed", openTo: NOBODY, intents: null, riskClasses: null, terms: NO_TERMS,
  quota: NO_QUOTA, escalation: [], degradation: [], fallback: null,
};

/** Reads `routes.yaml`. */
export function readRoutes(place: Place | null, context: RouteContext): Routes {
  const file = place?.fields("routes.yaml", ROUTES_FIELDS);
  const list = file?.need("routes", "the file")?.items("`routes`") ?? [];
  const read = new Map<string, { route: Route; fields: Fields }>();
  for (const item of list) {
    const fields = item.fields("a route", ROUTE_FIELDS);
    const name = fields?.need("name", "the route")?.text("route name", ID, ID_EXPECTED);
    if (!fields || !name) continue;
    if (read.has(name)) fields.get("name")?.fail(`route \`${name}\` stands twice; expected each name once`);
    read.set(name, { route: readRoute(name, fields, context), fields });
  }
  const names = [...read.keys()];
  const chosen = file?.need("default", "the file")?.oneOf("default route", names) ?? null;
  for (const { fields } of read.values()) fields.get("fallback")?.oneOf("fallback", names);
  const byName = new Map([...read].map(([name, { route }]) => [name, route]));
  const lifecycle = byName.get(chosen ?? "")?.lifecycle;
  if (lifecycle === "experimental" || lifecycle === "archived") file?.get("default")?.fail(`the default route \`${chosen}\` is ${lifecycle}; expected a managed or deprecated one`);
  refuseOverlaps([...read.values()].filter(({ route }) => route.name !== chosen && pickedByIntent(route)));
  refuseCircles(read);
  return { byName, default: byName.get(chosen ?? "") ?? NOWHERE, secondOpinion: readOpinionTerms(file?.get("secondOpinion") ?? null, byName) };
}

function readRoute(name: string, fields: Fields, context: RouteContext): Route {
  const { taskTypes } = context;
  const intents = fields.get("intents")?.oneOrMore("`intents`");
  const risks = fields.get("riskClasses")?.oneOrMore("`riskClasses`");
  const lifecycle = fields.get("lifecycle")?.oneOf("lifecycle", LIFECYCLES) ?? "managed";
  if (lifecycle === "experimental") fields.need("openTo", `the experimental route \`${name}\``);
  else if (fields.get("openTo")) fields.key("openTo").fail(`\`openTo\` is for experimental routes alone; route \`${name}\` is ${lifecycle}`);
  return {
    name,
    owner: fields.get("owner")?.text("owner") ?? null,
    why: fields.get("why")?.text("why") ?? null,
    lifecycle,
    openTo: readAudience(fields.get("openTo"), context),
    intents: intents?.flatMap((item) => (taskTypes ? item.oneOf("intent", taskTypes) : item.text("intent")) ?? []) ?? null,
    riskClasses: risks?.flatMap((item) => item.oneOf("risk class", RISK_CLASS_VALUES) ?? []) ?? null,
    terms: { ...NO_TERMS, ...readLimits(fields), ...readCallTerms(fields), noFallbackOn: readNoFallbackOn(fields) },
    quota: readQuota(fields.get("quota")),
    escalation: readLadder(fields.get("escalation"), "escalation", context.deployments),
    degradation: readLadder(fields.get("degradation"), "degradation", context.deployments),
    fallback: fields.get("fallback")?.text("fallback") ?? null,
  };
}

/** The complement of `fallbackOn`: of two speakers the stricter one counts, and a union of what is not allowed is that. */
function readNoFallbackOn(fields: Fields): string[] {
  const allowed = fields.get("fallbackOn")?.oneOrMore("`fallbackOn`")?.map((item) => item.oneOf("fallback trigger", FALLBACK_TRIGGERS));
  if (!allowed) return [];
  if (!allowed.includes("quality") && (fields.get("escalationsMax")?.plain() ?? 0) !== 0) {
    fields.get("escalationsMax")?.fail("`escalationsMax` is above 0, but `fallbackOn` does not name quality; expected both or neither");
  }
  return FALLBACK_TRIGGERS.filter((trigger) => !allowed.includes(trigger)).sort();
}

function readAudience(place: Place | null, context: RouteContext): RouteAudience {
  const fields = place?.fields("`openTo`", AUDIENCE_FIELDS);
  if (!fields) return NOBODY;
  if (fields.names().length === 0) place?.fail("`openTo` is empty; expected departments, applications or groups");
  const names = (field: (typeof AUDIENCE_FIELDS)[number], known: readonly string[]) =>
    fields.get(field)?.oneOrMore(`\`${field}\``)?.flatMap((item) => item.oneOf(field, known) ?? []) ?? [];
  return { departments: names("departments", context.departments), applications: names("applications", context.applications), groups: names("groups", context.groups) };
}

function readQuota(place: Place | null): RouteQuota {
  const fields = place?.fields("`quota`", QUOTA_FIELDS);
  if (!fields) return NO_QUOTA;
  if (fields.names().length === 0) place?.fail("`quota` is empty; expected usdPerDayMax or requestsPerMinuteMax");
  return {
    usdPerDayMax: fields.get("usdPerDayMax")?.usd("usdPerDayMax") ?? null,
    requestsPerMinuteMax: fields.get("requestsPerMinuteMax")?.integer("requestsPerMinuteMax", 1) ?? null,
  };
}

function readLadder(place: Place | null, what: string, deployments: readonly Deployment[]): Rung[] {
  const rungs = place?.oneOrMore(`\`${what}\``) ?? [];
  if (rungs.length > RUNGS_MAX) place?.fail(`\`${what}\` has ${rungs.length} rungs; expected at most ${RUNGS_MAX}`);
  return rungs.flatMap((rung) => {
    const candidates = readCandidateMatcher(rung, deployments);
    return candidates ? { candidates, matches: matchCandidates(candidates, deployments) } : [];
  });
}

/** An experimental route must be asked for by name, an archived one takes nobody. */
export function pickedByIntent({ intents, lifecycle }: Route): boolean {
  return intents !== null && (lifecycle === "managed" || lifecycle === "deprecated");
}

/** The quotas of each route as hard caps of each tenant's account `route:<tenant>/<route>`: dollars a day, requests a minute. */
export function quotaCaps(routes: Routes, calendars: ReadonlyMap<string, TenantCalendar>): BudgetCap[] {
  return [...routes.byName.values()].flatMap(({ name, quota: { usdPerDayMax, requestsPerMinuteMax } }) =>
    [...calendars].flatMap(([tenant, calendar]): BudgetCap[] => {
      const quota = { scope: `route:${tenant}/${name}`, hard: true, alertPercents: [80], downgradeFromPercent: 100, ...calendar } as const;
      const dollars = usdPerDayMax === null ? [] : [{ ...quota, window: "day", unit: "usd", cap: toMicroUsd(usdPerDayMax) } as const];
      const requests = requestsPerMinuteMax === null ? [] : [{ ...quota, window: "minute", unit: "requests", cap: requestsPerMinuteMax } as const];
      return [...dollars, ...requests];
    }),
  );
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
