import { type PolicyFile, type PolicySet, compilePolicySet, formatPolicyError } from "@leverframe/policy";
import { sha256 } from "@leverframe/nest";

const TASKS = ["chat", "coding", "code_review", "summarise", "extract", "translate", "contract_review", "proposal", "creative", "data_analysis", "classification", "reasoning"];
const SIGNALS = ["phi", "mnpi", "legal", "secret", "pii_contact", "pricing"];
const RISKS = ["low", "medium", "high", "regulated"];
const CHANNELS = ["api", "web", "slack", "email"];
const TIERS = ["economy", "standard", "premium"];
const DEPLOYMENTS = 12;

/** The same numbers every time: a bench compares commits, not dice. */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a generated set knows, for requests to draw from. */
export interface Spread {
  readonly tenants: readonly string[];
  readonly departments: readonly string[];
  readonly tasks: readonly string[];
  readonly signals: readonly string[];
  readonly risks: readonly string[];
  readonly channels: readonly string[];
}

/**
 * A company's set grown larger: five rules in a hundred are everybody's, the rest belong to one department of one
 * tenant and mostly to some tasks, risk classes or channels. More rules means more departments and tenants, since that
 * is how sets grow: nobody writes a thousand rules for one department.
 */
export function generatedSet(rules: number): { readonly set: PolicySet; readonly spread: Spread } {
  const departments = Array.from({ length: Math.max(9, Math.min(90, Math.round(rules / 20))) }, (_, index) => `Department ${index}`);
  const tenants = Array.from({ length: Math.max(1, Math.round(rules / 400)) }, (_, index) => `tenant${index}`);
  const { ok, errors } = compilePolicySet(filesOf(rules, tenants, departments), sha256);
  if (ok === null) throw new Error(errors.map(formatPolicyError).slice(0, 3).join("\n"));
  return { set: ok, spread: { tenants, departments, tasks: TASKS, signals: SIGNALS, risks: RISKS, channels: CHANNELS } };
}

function filesOf(rules: number, tenants: readonly string[], departments: readonly string[]): PolicyFile[] {
  const json = (path: string, content: object): PolicyFile => ({ path, text: JSON.stringify(content) });
  const draw = sequence(rules);
  return [
    json("catalog.yaml", catalog()),
    json("attributes.yaml", {
      attributes: [
        { name: "taskType", values: TASKS },
        { name: "riskSignals", values: SIGNALS },
        { name: "channel", type: "enum", source: "request.attributes.channel", values: CHANNELS, default: "api" },
      ],
    }),
    json("routes.yaml", { default: "general", routes: [{ name: "general", qualityFloor: 0.6 }] }),
    json("applications.yaml", { applications: tenants.map((tenant) => ({ application: tenant, tenant, departments })) }),
    json("budgets.yaml", { tenants: Object.fromEntries(tenants.map((tenant) => [tenant, { capUsd: 1_000 }])) }),
    json("rules.yaml", { rules: [...base(), ...Array.from({ length: rules - base().length }, (_, index) => rule(index, tenants, departments, draw))] }),
  ];
}

function catalog(): object {
  const models = Array.from({ length: DEPLOYMENTS }, (_, index) => ({
    id: `model-${index}`, tier: TIERS[index % 3], licence: index % 4 === 0 ? "oss" : "commercial", contextTokensMax: 200_000, outputTokensMax: 8_192,
    capabilities: ["json", "tools"], quality: { default: 0.6 + index / 40 },
  }));
  const deployments = models.map(({ id }, index) => ({
    id: `p${index % 4}/${id}`, provider: `p${index % 4}`, model: id, region: index % 2 === 0 ? "eu" : "us", tags: index % 6 === 0 ? ["boundary"] : [],
    price: { inputUsd: 1 + index, outputUsd: 4 + index }, latencyMs: 500,
  }));
  return { providers: [0, 1, 2, 3].map((index) => ({ id: `p${index}`, api: "openai" })), models, deployments };
}

function base(): object[] {
  return [
    { id: "base-low", allow: "all", when: { riskClass: "low" } },
    { id: "base-medium", allow: { tier: ["standard", "premium"] }, when: { riskClass: "medium" } },
    { id: "base-high", allow: { tier: "premium" }, when: { riskClass: { at_least: "high" } } },
    { id: "base-regulated", why: "w", require: { tag: "boundary" }, when: { any: [{ riskClass: "regulated" }, { riskSignals: ["phi", "mnpi"] }] } },
    { id: "base-length", oblige: { outputTokensMax: 4_096 } },
  ];
}

function rule(index: number, tenants: readonly string[], departments: readonly string[], draw: (below: number) => number): object {
  const some = (values: readonly string[], count: number) => Array.from({ length: count }, () => values[draw(values.length)]);
  const everybody = draw(100) < 5;
  const when = {
    ...(everybody ? {} : { tenant: some(tenants, 1), department: some(departments, 1 + draw(2)) }),
    ...(draw(3) > 0 ? { taskType: some(TASKS, 1 + draw(3)) } : {}),
    ...(draw(3) === 0 ? { riskClass: { at_least: RISKS[draw(3)] } } : {}),
    ...(draw(5) === 0 || everybody ? { riskSignals: { any_of: some(SIGNALS, 1 + draw(2)) } } : {}),
  };
  const unless = draw(6) === 0 ? { unless: { channel: some(CHANNELS, 1) } } : {};
  const effects = [{ prefer: { tier: TIERS[draw(3)] } }, { prefer: { model: `model-${draw(DEPLOYMENTS)}` } }, { oblige: { auditTags: [`tag-${draw(20)}`] } }, { oblige: { checks: ["complete"] } }, { why: "w", forbid: { model: `model-${draw(DEPLOYMENTS)}` } }, { why: "w", forbid: { provider: `p${draw(4)}` } }];
  const filled = Object.keys(when).length > 0 ? { when } : { when: { channel: some(CHANNELS, 1) } };
  return { id: `rule-${index}`, ...effects[draw(effects.length)], ...filled, ...unless };
}
