import { toMicroUsd } from "@leverframe/kernel";
import { ENV_NAME, URL_FORM } from "./catalog-file";
import { ID, ID_EXPECTED } from "./source/names";
import { nearestName } from "./source/nearest-name";
import { type Fields, listed, type Place } from "./source/place";

/** What somebody can be told: a threshold was crossed or is going to be, spend is unusual, a run was stopped, a policy set changed. */
export const ALERT_KINDS = ["threshold", "forecast", "anomaly", "runaway", "policy"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const CHANNEL_TYPES = ["log", "webhook", "slack", "email"] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/** Where alerts go. Addresses that are secrets, and keys, are names of environment variables. */
export interface AlertChannel {
  readonly name: string;
  readonly type: ChannelType;
  /** Of a webhook, when the address is no secret. */
  readonly url: string | null;
  readonly urlEnv: string | null;
  /** Of a webhook: holds the key that its bodies are signed with. */
  readonly secretEnv: string | null;
  /** Of an e-mail. */
  readonly to: readonly string[];
}

/** Which alerts go to which channels: those that fit all of it. An alert may fit several routes. */
export interface AlertRoute {
  /** `department:acme/*`; `*` stands for any characters. */
  readonly scopes: readonly string[];
  readonly kinds: readonly AlertKind[];
  /** Of thresholds: those below it are not told. */
  readonly percentMin: number;
  readonly channels: readonly string[];
}

export interface AnomalyTerms {
  readonly scopes: readonly string[];
  /** Robust standard deviations above what such an hour usually takes. */
  readonly scoreMin: number;
  readonly timesMin: number;
  readonly microUsdMin: number;
}

/** Scopes whose caps are watched for being reached before their window ends. */
export interface ForecastTerms {
  readonly scopes: readonly string[];
}

export interface Alerts {
  readonly channels: ReadonlyMap<string, AlertChannel>;
  readonly routes: readonly AlertRoute[];
  /** Null: nobody looks. */
  readonly anomaly: AnomalyTerms | null;
  readonly forecast: ForecastTerms | null;
}

export const ALERTS_FIELDS = ["channels", "routes", "anomaly", "forecast"] as const;
export const CHANNEL_FIELDS = ["type", "url", "urlEnv", "secretEnv", "to"] as const;
export const ALERT_ROUTE_FIELDS = ["scopes", "kinds", "percentMin", "channels"] as const;
export const ANOMALY_FIELDS = ["scopes", "score", "times", "usdMin"] as const;
export const FORECAST_FIELDS = ["scopes"] as const;
export const SCOPE_PATTERN = /^(?:\*|[a-z][a-z-]{0,31}:[^\u0000-\u001f"\\]{1,200})$/;
export const MAIL_ADDRESS = /^[^\s@<>",;]{1,64}@[A-Za-z0-9.-]{1,255}$/;

const SCOPE_EXPECTED = "a scope such as `department:acme/Sales` or `team:acme/*`";
const EVERYTHING = ["*"];
const SCORE_DEFAULT = 6;
const TIMES_DEFAULT = 2;
const USD_MIN_DEFAULT = 5_000_000;
const RECIPIENTS_MAX = 50;

/** What a budget's scope may be of: `department:acme/Sales`, `provider:openai`, … */
export const SCOPE_KINDS = ["company", "tenant", "department", "team", "user", "route", "application", "run", "provider", "tier", "tag"] as const;

/** Changes of the policy set are told under a scope of their own. */
const ALERT_SCOPE_KINDS: readonly string[] = [...SCOPE_KINDS, "policy"];

/** Of each kind whose names are all declared, those names: `department` → `acme/Sales`, … */
export type ScopeNames = ReadonlyMap<string, readonly string[]>;

/** Reads `alerts.yaml`; without it nobody is told anything. A scope that fits none of `scopeNames` would never tell anybody. */
export function readAlerts(place: Place | null, scopeNames: ScopeNames = new Map()): Alerts {
  const readScopes = (fields: Fields) => scopesOf(fields, scopeNames);
  const file = place?.fields("alerts.yaml", ALERTS_FIELDS);
  const channels = readChannels(file?.get("channels") ?? null);
  const routes = (file?.get("routes")?.items("`routes`") ?? []).flatMap((item) => readRoute(item, [...channels.keys()], readScopes) ?? []);
  return { channels, routes, anomaly: readAnomaly(file?.get("anomaly") ?? null, readScopes), forecast: readForecast(file?.get("forecast") ?? null, readScopes) };
}

function readChannels(place: Place | null): Map<string, AlertChannel> {
  const channels = new Map<string, AlertChannel>();
  const fields = place?.fields("`channels`", null);
  for (const name of fields?.names() ?? []) {
    if (!ID.test(name)) fields?.key(name).refuse("channel", ID_EXPECTED);
    const channel = fields?.get(name)?.fields("a channel", CHANNEL_FIELDS);
    const type = channel?.need("type", "the channel")?.oneOf("type", CHANNEL_TYPES);
    if (channel && type) channels.set(name, readChannel(name, type, channel));
  }
  return channels;
}

/** Which fields a type of channel takes; `|`: one of them. */
const FIELDS_OF: Readonly<Record<ChannelType, readonly string[]>> = { log: [], webhook: ["url|urlEnv", "secretEnv"], slack: ["urlEnv"], email: ["to"] };

function readChannel(name: string, type: ChannelType, fields: Fields): AlertChannel {
  const known = FIELDS_OF[type].flatMap((field) => field.split("|"));
  for (const field of fields.names()) {
    if (field !== "type" && !known.includes(field)) fields.key(field).fail(`\`${field}\` is nothing for a channel of type ${type}; expected ${known.join(", ") || "no other field"}`);
  }
  for (const field of FIELDS_OF[type]) {
    const given = field.split("|").filter((one) => fields.get(one));
    if (given.length !== 1) fields.key("type").fail(`channel \`${name}\` of type ${type} has ${given.length === 0 ? "no" : "both"} \`${field.replace("|", given.length === 0 ? "` or `" : "` and `")}\`; expected one`);
  }
  const envName = (field: string) => fields.get(field)?.text(field, ENV_NAME, "the name of an environment variable") ?? null;
  const to = fields.get("to")?.oneOrMore("`to`") ?? [];
  if (to.length > RECIPIENTS_MAX) fields.key("to").fail(`${to.length} recipients; expected at most ${RECIPIENTS_MAX}: a mailing list serves more`);
  return {
    name,
    type,
    url: fields.get("url")?.text("url", URL_FORM, "an address such as https://host/path") ?? null,
    urlEnv: envName("urlEnv"),
    secretEnv: envName("secretEnv"),
    to: to.flatMap((item) => item.text("recipient", MAIL_ADDRESS, "an address such as finance@example.com") ?? []),
  };
}

type ReadScopes = (fields: Fields) => readonly string[];

function readRoute(item: Place, channels: readonly string[], readScopes: ReadScopes): AlertRoute | null {
  const fields = item.fields("a route of alerts", ALERT_ROUTE_FIELDS);
  if (!fields) return null;
  const kinds = fields.get("kinds")?.oneOrMore("`kinds`")?.flatMap((kind) => kind.oneOf("kind", ALERT_KINDS) ?? []);
  return {
    scopes: readScopes(fields),
    kinds: kinds ?? ALERT_KINDS,
    percentMin: fields.get("percentMin")?.integer("percentMin", 0, 100) ?? 0,
    channels: fields.need("channels", "the route")?.oneOrMore("`channels`")?.flatMap((name) => name.oneOf("channel", channels) ?? []) ?? [],
  };
}

function readAnomaly(place: Place | null, readScopes: ReadScopes): AnomalyTerms | null {
  const fields = place?.fields("`anomaly`", ANOMALY_FIELDS);
  if (!fields) return null;
  const usdMin = fields.get("usdMin")?.usd("usdMin") ?? null;
  return {
    scopes: readScopes(fields),
    scoreMin: fields.get("score")?.number("score", 1, 1_000) ?? SCORE_DEFAULT,
    timesMin: fields.get("times")?.number("times", 1, 1_000) ?? TIMES_DEFAULT,
    microUsdMin: usdMin === null ? USD_MIN_DEFAULT : toMicroUsd(usdMin),
  };
}

function readForecast(place: Place | null, readScopes: ReadScopes): ForecastTerms | null {
  const fields = place?.fields("`forecast`", FORECAST_FIELDS);
  return fields ? { scopes: readScopes(fields) } : null;
}

function scopesOf(fields: Fields, known: ScopeNames): readonly string[] {
  return fields.get("scopes")?.oneOrMore("`scopes`")?.flatMap((item) => readScope(item, known) ?? []) ?? EVERYTHING;
}

function readScope(item: Place, known: ScopeNames): string | null {
  const scope = item.text("scope", SCOPE_PATTERN, SCOPE_EXPECTED);
  if (scope === null || scope.startsWith("*")) return scope;
  const kind = scope.slice(0, scope.indexOf(":"));
  if (!ALERT_SCOPE_KINDS.includes(kind)) {
    const nearest = nearestName(kind, ALERT_SCOPE_KINDS);
    return item.refuse("scope", `one of ${ALERT_SCOPE_KINDS.join(", ")} before the \`:\``, nearest === null ? [] : [scope.replace(kind, nearest)]);
  }
  const scopes = known.get(kind)?.map((name) => `${kind}:${name}`);
  return scopes === undefined || scopes.some((one) => scopeFits([scope], one)) ? scope : item.refuse("scope", `one that is there: ${listed(scopes)}`, scopes);
}

/** Whether one of the patterns fits the scope; `*` stands for any characters. */
export function scopeFits(patterns: readonly string[], scope: string): boolean {
  return patterns.some((pattern) => {
    const [head = "", ...rest] = pattern.split("*");
    if (rest.length === 0) return pattern === scope;
    const tail = rest.pop() ?? "";
    if (!scope.startsWith(head) || !scope.endsWith(tail) || scope.length < head.length + tail.length) return false;
    let at = head.length;
    for (const part of rest) {
      const found = scope.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= scope.length - tail.length;
  });
}
