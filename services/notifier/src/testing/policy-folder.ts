import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** All but `alerts.yaml`. */
export const POLICY_FILES = {
  "catalog.yaml": `
providers: [{ id: p, api: openai }]
models: [{ id: m, tier: premium, licence: oss, contextTokensMax: 9000, outputTokensMax: 900, quality: { default: 1 } }]
deployments: [{ id: d, provider: p, model: m, region: eu, price: { inputUsd: 1, outputUsd: 1 }, latencyMs: 1 }]`,
  "routes.yaml": "default: general\nroutes: [{ name: general }]",
  "applications.yaml": "applications: [{ application: default, tenant: acme, departments: [Sales] }]",
  "budgets.yaml": "tenants: { acme: { capUsd: 100, departments: { Sales: { capUsd: 50 } } } }",
  "rules.yaml": "rules: [{ id: all, allow: all }]",
};

/** The smallest policy set there is, with these alerts. */
export function writePolicies(folder: string, alerts: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ...POLICY_FILES, "alerts.yaml": alerts })) writeFileSync(path.join(folder, name), text);
  return folder;
}
