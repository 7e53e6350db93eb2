import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Simulator } from "../../support/simulator";

/** A department for each fate of a provider; `steady` has none, and is who everybody else may turn to. */
export const FATES = ["steady", "slow", "dead", "flapping", "storm"] as const;
export type Fate = (typeof FATES)[number];

/** Dollars per million tokens, the same for all: choices are made by preference alone. */
const INPUT_USD = 1;
const OUTPUT_USD = 4;
const NANO_PER_USD = 1_000_000_000;

/** Writes a policy set into a new folder: each department prefers the provider of its name, and may use the steady one. */
export function chaosPolicies(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-chaos-"));
  mkdirSync(path.join(folder, "rules"));
  const departments = FATES.join(", ");
  const files: Readonly<Record<string, string>> = {
    "catalog.yaml": catalog(),
    "attributes.yaml": "attributes:\n  - { name: taskType, values: [chat] }\n",
    "routes.yaml": "default: general\nroutes:\n  - { name: general, latencyMsMax: 120000 }\n",
    "applications.yaml": `applications:\n  - { application: default, tenant: acme, departments: [${departments}] }\n`,
    "budgets.yaml": "tenants:\n  acme: { capUsd: 1000 }\n",
    "rules/all.yaml": `rules:\n${[ALLOW, ...FATES.flatMap(rulesOf)].join("\n")}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

const ALLOW = "  - { id: everything, owner: platform, allow: all }";

const rulesOf = (fate: Fate): string[] => [
  `  - { id: prefers-${fate}, owner: platform, prefer: { tag: ${fate} }, when: { department: ${fate} } }`,
  `  - { id: only-${fate}-or-steady, owner: platform, why: other fates are for others, require: { tag: [${fate}, steady] }, when: { department: ${fate} } }`,
];

function catalog(): string {
  const providers = FATES.map((fate) => `  - { id: ${fate}, api: openai, apiKeyEnv: OPENAI_API_KEY }`);
  const models = FATES.map((fate) => `  - { id: ${fate}-model, tier: standard, licence: commercial, contextTokensMax: 100000, outputTokensMax: 8000, capabilities: [json, streaming], quality: { default: 0.8 } }`);
  const deployments = FATES.map((fate) => `  - { id: ${fate}/${fate}-model, provider: ${fate}, model: ${fate}-model, region: us, tags: [${fate}], price: { inputUsd: ${INPUT_USD}, outputUsd: ${OUTPUT_USD} }, latencyMs: 200 }`);
  return ["providers:", ...providers, "models:", ...models, "deployments:", ...deployments, ""].join("\n");
}

/** The simulated providers bill what the catalog says, so that the two can be compared to the nano-dollar. */
export function billAsCataloged(simulator: Simulator, latencyMs: number): void {
  for (const fate of FATES) {
    const price = { input: INPUT_USD * NANO_PER_USD, output: OUTPUT_USD * NANO_PER_USD };
    simulator.configureModel(`${fate}-model`, { provider: fate, skill: 1, price, latency: { total: { kind: "fixed", ms: latencyMs } } });
  }
}

/** `LEVERFRAME_PROVIDERS_BASE_URLS` of this catalog. */
export const addressesAt = (simulatorUrl: string): string => FATES.map((fate) => `${fate}=${simulatorUrl}/${fate}/v1`).join(",");
