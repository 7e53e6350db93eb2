import { createHash } from "node:crypto";
import type { Classification } from "@leverframe/events";
import { compilePolicySet, formatPolicyError, type DecisionInput, type PolicyFile, type PolicySet } from "../index";

export const digest = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

const CATALOG = `
providers:
  - { id: cloud, api: openai }
  - { id: local, api: openai, baseUrl: "http://localhost:1", apiKeyEnv: LOCAL_KEY }
models:
  - { id: big, tier: premium, licence: commercial, contextTokensMax: 100000, outputTokensMax: 8000, capabilities: [vision, json], quality: { default: 0.9 } }
  - { id: mid, tier: standard, licence: commercial, contextTokensMax: 50000, outputTokensMax: 8000, capabilities: [json], quality: { default: 0.8, coding: 0.85 } }
  - { id: small, tier: economy, licence: oss, contextTokensMax: 10000, outputTokensMax: 2000, quality: { default: 0.6 } }
deployments:
  - { id: big-us, provider: cloud, model: big, region: us, tags: [cloud], price: { inputUsd: 2.50, cachedInputUsd: 0.25, outputUsd: 15 }, latencyMs: 2000 }
  - { id: big-eu, provider: cloud, model: big, region: eu, tags: [cloud, boundary], price: { inputUsd: 3, outputUsd: 16 }, latencyMs: 2100 }
  - { id: mid-us, provider: cloud, model: mid, region: us, tags: [cloud], price: { inputUsd: 0.4, outputUsd: 2 }, latencyMs: 800 }
  - { id: small-eu, provider: local, model: small, region: eu, tags: [oss], price: { inputUsd: 0.1, outputUsd: 0.3 }, latencyMs: 300 }
`;

const FILES: Readonly<Record<string, string>> = {
  "catalog.yaml": CATALOG,
  "attributes.yaml": `
attributes:
  - { name: taskType, values: [chat, coding, summarise] }
  - { name: riskSignals, values: [phi, legal, secret] }
  - { name: channel, type: enum, source: request.attributes.channel, values: [web, slack] }
  - { name: spend, type: number, source: request.attributes.spend, values: [low, mid, high], cuts: [10, 100] }
  - { name: tags, type: set, source: request.attributes.tags, values: [gdpr, hipaa] }
  - { name: project, type: string, source: request.attributes.project }
  - { name: builder, type: string, source: request.attributes.constructor }
`,
  "routes.yaml": "default: general\nroutes:\n  - { name: general }\n  - { name: other }\n",
  "applications.yaml": "applications:\n  - { application: default, tenant: acme, departments: [Sales, Legal, R&D] }\n",
  "budgets.yaml": "tenants:\n  acme: { capUsd: 100 }\n",
  "rules.yaml": "rules:\n  - { id: all, allow: all }\n",
};

/** A small valid folder, with some files replaced, added, or (undefined) left out. */
export function folder(changes: Readonly<Record<string, string | undefined>> = {}): PolicyFile[] {
  const files = { ...FILES, ...changes };
  return Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : { path, text }));
}

/** Compiles it; throws with every error when it is not valid. */
export function policySet(changes: Readonly<Record<string, string | undefined>> = {}): PolicySet {
  const { ok, errors } = compilePolicySet(folder(changes), digest);
  if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
  return ok;
}

/** A set with these rules; JSON is YAML, so rules may be given as objects. */
export function setWithRules(...rules: readonly (string | object)[]): PolicySet {
  const lines = rules.map((rule) => `  - ${typeof rule === "string" ? rule : JSON.stringify(rule)}`);
  return policySet({ "rules.yaml": `rules:\n${lines.join("\n")}\n` });
}

export interface Ask {
  readonly department?: string;
  readonly route?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly maxOutputTokens?: number;
  readonly signals?: readonly string[];
  readonly classification?: Partial<Classification>;
  readonly state?: Readonly<Record<string, string>>;
}

export function ask({ department = "Sales", route, attributes = {}, maxOutputTokens, signals = [], classification, state }: Ask = {}): DecisionInput {
  return {
    requestId: "r1",
    origin: {
      application: "default",
      tenant: "acme",
      department,
      user: null,
      receivedAt: 1_760_000_000_000_000,
      deadlineAt: 1_760_000_030_000_000,
      requestDigest: "d1",
    },
    request: { route: route ?? null, attributes, maxOutputTokens: maxOutputTokens ?? null },
    classification: {
      taskType: "chat",
      taskConfidence: 0.9,
      complexity: "simple",
      riskClass: "low",
      riskSignals: signals.map((signal) => ({ signal, recogniser: "t", riskClass: "low", start: 0, end: 1, confidence: 1 })),
      language: "en",
      outputFormat: "text",
      latencyClass: "standard",
      promptBytes: 1_000,
      inputTokensMax: 1_000,
      capabilities: [],
      opinion: null,
      classifierVersion: "t",
      ...classification,
    },
    ...(state ? { state } : {}),
  };
}
