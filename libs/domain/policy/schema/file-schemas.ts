import { DISTRIBUTIONS, PROVIDER_APIS } from "@leverframe/catalog";
import { COMPLEXITY_VALUES, LATENCY_CLASS_VALUES, RISK_CLASS_VALUES } from "@leverframe/events";
import { FALLBACK_TRIGGERS } from "@leverframe/permit";
import { APPLICATION, type APPLICATION_FIELDS, TENANT, TOPIC } from "../applications";
import { ATTRIBUTE_NAME, ATTRIBUTE_TYPES, type ATTRIBUTE_FIELDS, SOURCE } from "../attributes";
import { type CAP_FIELDS, type DEPARTMENT_BUDGET_FIELDS, type TENANT_BUDGET_FIELDS, WINDOWS } from "../budgets";
import { type CASE_FIELDS, type EXPECT_FIELDS, MOMENT, type REQUEST_FIELDS } from "../cases";
import { APIS, CAPABILITIES, type DEPLOYMENT_FIELDS, ENV_NAME, LICENCES, type MODEL_FIELDS, type PRICE_FIELDS, type PROVIDER_FIELDS, SETTING, TIERS, URL_FORM } from "../catalog-file";
import { type DISTRIBUTION_FIELDS, KEY_ENV, type KEY_FIELDS, KEY_FILE, KEY_VAULT, type LIMIT_FIELDS, WEIGHT_MAX } from "../catalog-operations";
import { type AUDIENCE_FIELDS, LIFECYCLES, type QUOTA_FIELDS, type ROUTE_FIELDS } from "../routes";
import { ID } from "../source/names";
import { DAYS, TIME, type WINDOW_FIELDS } from "../time-windows";
import { about, flag, integer, items, mapOf, matching, oneOf, oneOrMore, record, ref, type Schema, text, usd } from "./json-schema";
import { calls, limits, proofsSchema, ruleDefinitions, ruleSchema } from "./rule-schemas";

type Fields<F extends readonly string[]> = Record<F[number], Schema>;

/** The JSON Schema of each kind of policy file, by the name of its own file below `policies/schema/`. */
export function policyJsonSchemas(): Readonly<Record<string, Schema>> {
  const kinds: Readonly<Record<string, [string, Schema]>> = {
    attributes: ["What rules may ask about a request", attributes()],
    catalog: ["Providers, models and deployments", catalog()],
    routes: ["Named paths", { ...routes(), definitions: ruleDefinitions() }],
    rules: ["Rules", { ...record({ rules: items(ruleSchema()) }, ["rules"]), definitions: ruleDefinitions() }],
    budgets: ["Caps", budgets()],
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

/** Which setting belongs to which API is the parser's to say. */
function providerSettings(): Schema {
  const names = Object.values(PROVIDER_APIS).flatMap(({ settings }) => Object.keys(settings));
  return record(Object.fromEntries(names.map((name) => [name, matching(SETTING)])));
}

function providerKey(): Schema {
  const place: Fields<typeof KEY_FIELDS> = { env: matching(KEY_ENV), file: matching(KEY_FILE), vault: matching(KEY_VAULT) };
  return record(place, [], { minProperties: 1, maxProperties: 1 });
}

function distribution(): Schema {
  const fields: Fields<typeof DISTRIBUTION_FIELDS> = { strategy: oneOf(DISTRIBUTIONS), regions: about("Preferred ones, best first.", items(text)) };
  return about("How calls are shared out among the model's deployments.", record(fields));
}

function limitsOfDeployment(): Schema {
  const fields: Fields<typeof LIMIT_FIELDS> = { requestsPerMinute: integer(1), tokensPerMinute: integer(1) };
  return about("What the provider lets all instances together use.", record(fields));
}

function catalog(): Schema {
  const provider: Fields<typeof PROVIDER_FIELDS> = { id: matching(ID), api: oneOf(APIS), baseUrl: matching(URL_FORM), apiKeyEnv: matching(ENV_NAME), apiKeys: about("Several keys, used in turn: where each stands.", oneOrMore(providerKey())), settings: about("What the API needs to know besides.", providerSettings()) };
  const model: Fields<typeof MODEL_FIELDS> = {
    id: matching(ID),
    tier: oneOf(TIERS),
    licence: oneOf(LICENCES),
    contextTokensMax: integer(1),
    outputTokensMax: integer(1),
    capabilities: items(oneOf(CAPABILITIES)),
    quality: about("Expected quality by task type.", { ...mapOf({ type: "number", minimum: 0, maximum: 1 }), required: ["default"] }),
    distribution: distribution(),
  };
  const price: Fields<typeof PRICE_FIELDS> = { inputUsd: usd, cachedInputUsd: usd, outputUsd: usd, requestUsd: usd };
  const deployment: Fields<typeof DEPLOYMENT_FIELDS> = {
    id: matching(ID),
    provider: text,
    model: text,
    providerModel: text,
    region: text,
    tags: items(text),
    price: about("Dollars per million tokens; `requestUsd` for each call.", record(price, ["inputUsd", "outputUsd"])),
    latencyMs: integer(1),
    limits: limitsOfDeployment(),
    weight: about("Its part of the calls where they are shared out by weight.", integer(0, WEIGHT_MAX)),
  };
  const lists = {
    providers: items(record(provider, ["id", "api"])),
    models: items(record(model, ["id", "tier", "licence", "contextTokensMax", "outputTokensMax", "quality"])),
    deployments: about("In the order in which equals are chosen.", items(record(deployment, ["id", "provider", "model", "region", "price", "latencyMs"]))),
  };
  return record(lists, ["providers", "models", "deployments"]);
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
  return record({ default: text, routes: items(record(route, ["name"], consistent)) }, ["default", "routes"]);
}

function budgets(): Schema {
  const cap: Fields<typeof CAP_FIELDS> = {
    capUsd: usd,
    window: oneOf(WINDOWS),
    hard: about("A soft cap never refuses; it alerts.", flag),
    alertPercents: items(integer(1, 100)),
    downgradeFromPercent: about("From this percent of the cap on the band is `exceeded`.", integer(1, 100)),
  };
  const department: Fields<typeof DEPARTMENT_BUDGET_FIELDS> = { ...cap, tier: text };
  const tenant: Fields<typeof TENANT_BUDGET_FIELDS> = {
    ...cap,
    timeZone: text,
    departmentTier: about("Of departments that are not listed.", text),
    departments: mapOf(record(department)),
    users: mapOf(record(cap, ["capUsd"])),
  };
  return record({ timeZone: text, tiers: about("Smallest first.", mapOf(record(cap))), tenants: mapOf(record(tenant)) }, ["tenants"]);
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
