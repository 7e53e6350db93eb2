import { type Catalog, costOf, type Deployment, priceAt, worstCaseOf } from "@leverframe/catalog";
import { type ProviderAnswer, ProviderError } from "@leverframe/execution";
import type { NanoUsd } from "@leverframe/kernel";
import { inputTokensBound } from "@leverframe/prompt";
import { type Adapters, createAdapters, type KeyChoice } from "@leverframe/providers";
import { missingKeyOf, providersOf } from "./provider-keys";

/** What one tiny call of a provider found. */
export interface ProviderFinding {
  readonly deployment: Deployment;
  /** `answered`, `no_key`, or the kind of the error. */
  readonly outcome: string;
  readonly detail: string;
  readonly latencyMs: number | null;
  readonly answer: ProviderAnswer | null;
  readonly costNanoUsd: NanoUsd | null;
}

export interface CheckOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where keys come from that stand elsewhere; absent: from the environment and files. */
  readonly keys?: KeyChoice;
  readonly timeoutMs: number;
}

const PROMPT = { messages: [{ role: "user", content: "Answer with the word: ok" }] } as const;
const OUTPUT_TOKENS_MAX = 16;

/** One call for each provider of the catalog that has a key, all at once, at the deployment where it costs least. */
export async function checkProviders(catalog: Catalog, options: CheckOptions): Promise<readonly ProviderFinding[]> {
  const adapters = createAdapters(options);
  try {
    const cheapest = providersOf(catalog).map(({ id }) => cheapestOf(catalog, id));
    return await Promise.all(cheapest.map((deployment) => check(deployment, adapters, options)));
  } finally {
    await adapters.close();
  }
}

function cheapestOf({ deployments }: Catalog, provider: string): Deployment {
  const own = deployments.filter((deployment) => deployment.provider.id === provider);
  return own.reduce((best, other) => (worstCost(other) < worstCost(best) ? other : best));
}

const worstCost = ({ price }: Deployment): NanoUsd => worstCaseOf(inputTokensBound(PROMPT, null), OUTPUT_TOKENS_MAX, price);

async function check(deployment: Deployment, adapters: Adapters, { environment, timeoutMs }: CheckOptions): Promise<ProviderFinding> {
  const found = { deployment, latencyMs: null, answer: null, costNanoUsd: null };
  const missing = missingKeyOf(deployment.provider, environment);
  if (missing !== null) return { ...found, outcome: "no_key", detail: `set ${missing}` };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new ProviderError("timeout", `no answer within ${timeoutMs} ms`)), timeoutMs);
  const startedAt = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedAt);
  try {
    const answer = await adapters.adapterOf(deployment).call(callOf(deployment), controller.signal);
    const costNanoUsd = answer.usage === null ? null : costOf(answer.usage, priceAt(deployment, Date.now() * 1_000) ?? deployment.price);
    return { ...found, outcome: "answered", detail: otherVersion(deployment, answer) ?? answer.text.trim(), latencyMs: elapsedMs(), answer, costNanoUsd };
  } catch (thrown) {
    const error = thrown instanceof ProviderError ? thrown : new ProviderError("unknown", String(thrown));
    return { ...found, outcome: error.kind, detail: error.message, latencyMs: elapsedMs() };
  } finally {
    clearTimeout(timer);
  }
}

/** What is pinned is a part of the name that is asked for; the provider says what really answered. */
function otherVersion({ pin }: Deployment, { model }: ProviderAnswer): string | null {
  return pin === undefined || model.includes(pin) ? null : `\`${model}\` answered; pinned is \`${pin}\``;
}

/** Not a request: no permit and no reservation stands behind it, and its ids say so. */
function callOf(deployment: Deployment) {
  const id = `providers-check.${deployment.provider.id}`;
  const { messages } = PROMPT;
  return { deployment, messages, maxOutputTokens: OUTPUT_TOKENS_MAX, temperature: null, outputSchema: null, requestId: id, permitId: id, attemptId: id };
}
