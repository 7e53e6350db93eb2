import type { Deployment } from "@leverframe/catalog";
import type { ProviderCall } from "@leverframe/execution";

export const KEY_ENV = "LEVERFRAME_TEST_KEY";
/** Nothing that leaves an adapter may contain it. */
export const CANARY = "sk-canary-4f9c2a7e8b";

/** Whatever any API needs. */
const SETTINGS = { region: "eu-central-1", project: "the-project", location: "europe-west4" };

export function deploymentAt(api: string, baseUrl: string | null, providerModel: string): Deployment {
  return {
    id: `${api}/${providerModel}`,
    provider: { id: `the-${api}-provider`, api, baseUrl, apiKeyEnv: KEY_ENV, settings: SETTINGS },
    model: {
      id: providerModel,
      tier: "standard",
      licence: "commercial",
      contextTokensMax: 100_000,
      outputTokensMax: 8_000,
      capabilities: ["json"],
      quality: { default: 0.8 },
    },
    providerModel,
    region: "eu",
    tags: [],
    price: { inputNanoUsd: 1n, cachedInputNanoUsd: 1n, outputNanoUsd: 1n },
    latencyMs: 1_000,
  };
}

let serial = 0;

/** Each call is a request of its own, so that the simulator counts its faults anew. */
export function callOf(deployment: Deployment, content: string, changes: Partial<ProviderCall> = {}): ProviderCall {
  serial += 1;
  return {
    deployment,
    messages: [
      { role: "system", content: "You answer briefly." },
      { role: "user", content },
    ],
    maxOutputTokens: 300,
    temperature: 0.2,
    outputSchema: null,
    requestId: `request-${serial}`,
    permitId: `permit-${serial}`,
    attemptId: `attempt-${serial}`,
    ...changes,
  };
}

export const NEVER = new AbortController().signal;
