import { PROVIDER_FEATURES, type ProviderFeature, type ProviderSupport, type Support } from "@leverframe/providers";
import type { ProviderFinding } from "../providers/check-providers";
import type { FleetStatus } from "../providers/fleet-status";
import type { Column } from "./grid";
import { usdText } from "./units";

export interface SupportRow {
  readonly api: string;
  readonly support: ProviderSupport;
}

const MARKS: Readonly<Record<Support["support"], string>> = { yes: "✓", partly: "◐", no: "–" };

const TITLES: Readonly<Record<ProviderFeature, string>> = {
  chat: "chat",
  tools: "tools",
  toolChoice: "choice",
  images: "images",
  toolImages: "tool images",
  jsonSchema: "schema",
  stream: "stream",
  usage: "usage",
  cachedTokens: "cached",
  reasoningTokens: "reasoning",
  refusal: "refusal",
  filter: "safety",
  requestId: "id",
  errorRequestId: "error id",
  retryAfter: "wait",
  rateLimit: "limits",
  region: "region",
};

const FEATURES = Object.keys(PROVIDER_FEATURES) as ProviderFeature[];

export const SUPPORT_COLUMNS: readonly Column<SupportRow>[] = [
  { name: "api", title: "api", value: ({ api }) => api },
  { name: "name", title: "provider", value: ({ support }) => support.name, flexible: true },
  ...FEATURES.map((feature): Column<SupportRow> => ({
    name: feature,
    title: TITLES[feature],
    value: ({ support }) => support.features[feature].support,
    text: ({ support }) => MARKS[support.features[feature].support],
  })),
];

/** Why each mark below a full yes is one. */
export function supportNotes(rows: readonly SupportRow[]): string[] {
  return rows.flatMap(({ api, support }) =>
    FEATURES.flatMap((feature) => {
      const { support: extent, note } = support.features[feature];
      return note === null ? [] : `${MARKS[extent]} ${api}, ${PROVIDER_FEATURES[feature]}: ${note}`;
    }),
  );
}

export const FINDING_COLUMNS: readonly Column<ProviderFinding>[] = [
  { name: "provider", title: "provider", value: ({ deployment }) => deployment.provider.id },
  { name: "api", title: "api", value: ({ deployment }) => deployment.provider.api },
  { name: "model", title: "model", value: ({ deployment, answer }) => answer?.model ?? deployment.providerModel },
  { name: "outcome", title: "outcome", value: ({ outcome }) => outcome },
  { name: "latencyMs", title: "ms", align: "right", value: ({ latencyMs }) => latencyMs },
  { name: "inputTokens", title: "in", align: "right", value: ({ answer }) => answer?.usage?.inputTokens ?? null },
  { name: "outputTokens", title: "out", align: "right", value: ({ answer }) => answer?.usage?.outputTokens ?? null },
  {
    name: "costNanoUsd",
    title: "cost",
    align: "right",
    value: ({ costNanoUsd }) => (costNanoUsd === null ? null : String(costNanoUsd)),
    text: ({ costNanoUsd }) => (costNanoUsd === null ? "" : usdText(costNanoUsd)),
  },
  { name: "region", title: "region", value: ({ deployment, answer }) => answer?.region ?? deployment.region },
  { name: "requestsLeft", title: "left", align: "right", value: ({ answer }) => answer?.rateLimit?.requestsLeft ?? null },
  { name: "requestId", title: "request id", value: ({ answer }) => answer?.providerRequestId ?? null },
  { name: "detail", title: "detail", value: ({ detail }) => detail, flexible: true },
];

export const HEALTH_COLUMNS: readonly Column<FleetStatus>[] = [
  { name: "deployment", title: "deployment", value: ({ deployment }) => deployment, flexible: true },
  { name: "region", title: "region", value: ({ region }) => region },
  { name: "band", title: "health", value: ({ band }) => band },
  { name: "breaker", title: "breaker", value: ({ breaker }) => breaker },
  { name: "inFlight", title: "under way", align: "right", value: ({ inFlight }) => inFlight },
  { name: "latencyMs", title: "usual ms", align: "right", value: ({ latencyMs }) => latencyMs },
  {
    name: "until",
    title: "until",
    value: ({ untilMicros }) => untilMicros,
    text: ({ untilMicros }) => (untilMicros === null ? "" : new Date(untilMicros / 1_000).toISOString()),
  },
];
