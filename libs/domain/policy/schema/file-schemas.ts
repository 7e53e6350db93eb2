import { COMPLEXITY_VALUES, LATENCY_CLASS_VALUES, RISK_CLASS_VALUES } from "@leverframe/events";
import { FALLBACK_TRIGGERS } from "@leverframe/permit";
import { ALERT_KINDS, type ALERT_ROUTE_FIELDS, type ALERTS_FIELDS, type ANOMALY_FIELDS, type CHANNEL_FIELDS, CHANNEL_TYPES, type FORECAST_FIELDS, MAIL_ADDRESS, SCOPE_PATTERN } from "../alerts";
import { APPLICATION, type APPLICATION_FIELDS, TENANT, TOPIC } from "../applications";
import { ATTRIBUTE_NAME, ATTRIBUTE_TYPES, type ATTRIBUTE_FIELDS, SOURCE } from "../attributes";
import { type CASE_FIELDS, type EXPECT_FIELDS, MOMENT, type REQUEST_FIELDS } from "../cases";
import { ENV_NAME, URL_FORM } from "../catalog-file";
import { type AUDIENCE_FIELDS, LIFECYCLES, type QUOTA_FIELDS, type ROUTE_FIELDS, type ROUTES_FIELDS } from "../routes";
import { type OPINION_FIELDS, OPINION_LATENCY_MS, type OPINION_WHEN_FIELDS } from "../second-opinion";
import { ID } from "../source/names";
import { DAYS, TIME, type WINDOW_FIELDS } from "../time-windows";
import { budgetsSchema } from "./budgets-schema";
import { catalogSchema } from "./catalog-schema";
import { about, flag, integer, items, mapOf, matching, oneOf, oneOrMore, record, ref, type Schema, text, usd } from "./json-schema";
import { calls, limits, proofsSchema, ruleDefinitions, ruleSchema } from "./rule-schemas";

type Fields<F extends readonly string[]> = Record<F[number], Schema>;

/** The JSON Schema of each kind of policy file, by the name of its own file below `policies/schema/`. */
export function policyJsonSchemas(): Readonly<Record<string, Schema>> {
  const kinds: Readonly<Record<string, [string, Schema]>> = {
    attributes: ["What rules may ask about a request", attributes()],
    catalog: ["Providers, models and deployments", catalogSchema()],
    routes: ["Named paths", { ...routes(), definitions: ruleDefinitions() }],
    rules: ["Rules", { ...record({ rules: items(ruleSchema()) }, ["rules"]), definitions: ruleDefinitions() }],
    budgets: ["Caps", budgetsSchema()],
    alerts: ["Who is told what about budgets", alerts()],
    applications: ["Who may act for whom", applications()],
    users: ["Groups of users", users()],
    proofs: ["What holds for every request", proofsSchema()],
    cases: ["What the set must say to these requests", { ...record({ cases: items(policyCase()) }, ["cases"]), definitions: ruleDefinitions() }],
  };
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, [title, schema]]) => [`${kind}.schema.json`, { $schema: "http://json-schema.org/draft-07/schema#", title, ...schema }]),
  );
}

function attributes(): Schema {
  const attribute: Fields<typeof ATTRIBUTE_FIELDS> = {
    name: matching(ATTRIBUTE_NAME),
    type: oneOf(ATTRIBUTE_TYPES),
    source: matching(SOURCE),
    values: items(text),
    cuts: items({ type: "number" }),
    default: about("Taken when the request says nothing; of a set, a list.", { anyOf: [text, items(text)] }),
    about: {},
  };
  const window: Fields<typeof WINDOW_FIELDS> = { name: matching(ID), days: oneOrMore(oneOf(DAYS)), from: matching(TIME), to: matching(TIME) };
  return record({ attributes: items(record(attribute, ["name"])), timeWindows: items(record(window, ["name", "days"])) }, ["attributes"]);
}

function routes(): Schema {
  const names = oneOrMore(text);
  const audience: Fields<typeof AUDIENCE_FIELDS> = { departments: names, applications: names, groups: names };
  const quota: Fields<typeof QUOTA_FIELDS> = {
    usdPerDayMax: about("A hard cap of the day, held by the ledger.", usd),
    requestsPerMinuteMax: about("A tenant's requests on this route in one minute (UTC) of their arrival, held by the ledger; an escalation is no new request.", integer(1)),
  };
  const route: Fields<typeof ROUTE_FIELDS> = {
    name: matching(ID),
    owner: text,
    why: text,
    lifecycle: oneOf(LIFECYCLES),
    openTo: about("Who may take an experimental route.", record(audience, [], { minProperties: 1 })),
    intents: about("Task types that may take it.", names),
    riskClasses: oneOrMore(oneOf(RISK_CLASS_VALUES)),
    quota: record(quota, [], { minProperties: 1 }),
    escalation: about("Rungs, lowest first: where to go when an answer was not good enough.", oneOrMore(ref("candidates"))),
    degradation: about("Rungs: where to go when a candidate cannot be had.", oneOrMore(ref("candidates"))),
    fallback: text,
    fallbackOn: about("What leads from one candidate to the next; without it, everything that another candidate may not meet.", oneOrMore(oneOf(FALLBACK_TRIGGERS))),
    ...limits(),
    ...calls(),
  };
  const experimental = { properties: { lifecycle: { const: "experimental" } }, required: ["lifecycle"] };
  const consistent = { if: experimental, then: { required: ["openTo"] }, else: { not: { required: ["openTo"] } } };
  const when: Fields<typeof OPINION_WHEN_FIELDS> = { taskConfidenceBelow: { type: "number", minimum: 0, maximum: 1 }, riskClasses: oneOrMore(oneOf(RISK_CLASS_VALUES)) };
  const opinion: Fields<typeof OPINION_FIELDS> = {
    route: about("The question takes this route, under every rule that holds for the request itself.", text),
    when: about("What the rules found; without it everybody is asked about every request.", record(when, [], { minProperties: 1 })),
    latencyMsMax: about("How long is waited for it, from the arrival on; half of the request's time at most.", integer(OPINION_LATENCY_MS.min, OPINION_LATENCY_MS.max)),
    required: about("Refuse what nobody could be asked about; else the rules' answer stands.", flag),
  };
  const file: Fields<typeof ROUTES_FIELDS> = {
    default: text,
    secondOpinion: about("A model is asked what a request is, beside the rules: it may raise the risk class, never lower it.", record(opinion, ["route"])),
    routes: items(record(route, ["name"], consistent)),
  };
  return record(file, ["default", "routes"]);
}

function alerts(): Schema {
  const scopes = about("`*` stands for any characters; without it every scope.", oneOrMore(matching(SCOPE_PATTERN)));
  const channel: Fields<typeof CHANNEL_FIELDS> = {
    type: oneOf(CHANNEL_TYPES),
    url: about("Of a webhook, when it is no secret.", matching(URL_FORM)),
    urlEnv: about("Names the environment variable that holds the address.", matching(ENV_NAME)),
    secretEnv: about("Names the environment variable that holds the key which signs a webhook's bodies.", matching(ENV_NAME)),
    to: about("Recipients of an e-mail.", oneOrMore(matching(MAIL_ADDRESS))),
  };
  const route: Fields<typeof ALERT_ROUTE_FIELDS> = { scopes, kinds: oneOrMore(oneOf(ALERT_KINDS)), percentMin: integer(0, 100), channels: oneOrMore(text) };
  const factor: Schema = { type: "number", minimum: 1, maximum: 1_000 };
  const anomaly: Fields<typeof ANOMALY_FIELDS> = {
    scopes,
    score: about("Robust standard deviations above what such an hour usually takes.", factor),
    times: about("And at least this many times as much.", factor),
    usdMin: about("And at least so much more.", usd),
  };
  const forecast: Fields<typeof FORECAST_FIELDS> = { scopes };
  const file: Fields<typeof ALERTS_FIELDS> = {
    channels: mapOf(record(channel, ["type"])),
    routes: items(record(route, ["channels"])),
    anomaly: about("Unusual spend; without it nobody looks.", record(anomaly)),
    forecast: about("Caps that will be reached before their window ends; without it nobody looks.", record(forecast)),
  };
  return record(file);
}

function applications(): Schema {
  const application: Fields<typeof APPLICATION_FIELDS> = {
    application: matching(APPLICATION),
    tenant: matching(TENANT),
    departments: oneOrMore(text),
    defaultDepartment: text,
    responseTopic: matching(TOPIC),
    authenticatesUsers: about("The application proves who its users are, so that their groups count.", flag),
  };
  return record({ applications: items(record(application, ["application", "tenant", "departments"])) }, ["applications"]);
}

function users(): Schema {
  const tenant = record({ groups: mapOf(items(text)) }, ["groups"]);
  return record({ tenants: mapOf(tenant) }, ["tenants"]);
}

function policyCase(): Schema {
  const names = items(text);
  const request: Fields<typeof REQUEST_FIELDS> = {
    application: text, department: text, user: text, route: text, attributes: mapOf(text), maxOutputTokens: integer(1), taskType: text,
    complexity: oneOf(COMPLEXITY_VALUES), riskClass: oneOf(RISK_CLASS_VALUES), riskSignals: names, language: text, outputFormat: text,
    latencyClass: oneOf(LATENCY_CLASS_VALUES), promptBytes: integer(0), inputTokens: integer(0), capabilities: names, state: mapOf(text), at: matching(MOMENT),
  };
  const expect: Fields<typeof EXPECT_FIELDS> = {
    permitted: about("Exactly these candidates.", names), includes: names, excludes: names, preferred: names, refusal: text, rules: names,
    notRules: names, route: text, obligations: ref("obligations"),
  };
  const fields: Fields<typeof CASE_FIELDS> = {
    name: text, request: record(request, ["department"]), expect: record(expect), file: text, text, error: matching(/:\d+:\d+$/), contains: text,
  };
  const decision = { required: ["request", "expect"], not: { required: ["file"] } };
  return record(fields, ["name"], { anyOf: [decision, { required: ["file", "text", "error"] }] });
}
