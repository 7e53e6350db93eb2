import type { ProviderApiName } from "@leverframe/catalog";

/** What an adapter may be able to do; each is a case of the conformance suite. */
export const PROVIDER_FEATURES = {
  chat: "system prompt and several turns",
  tools: "tools and their results",
  toolChoice: "which tool must be used",
  images: "images",
  toolImages: "images in results of tools",
  jsonSchema: "JSON by schema",
  stream: "streaming",
  usage: "usage as billed",
  cachedTokens: "cached input tokens",
  reasoningTokens: "reasoning tokens",
  refusal: "refusals",
  filter: "safety blocks",
  requestId: "request id",
  errorRequestId: "request id of errors",
  retryAfter: "how long to wait",
  rateLimit: "rate limit left",
  region: "region",
} as const;

export type ProviderFeature = keyof typeof PROVIDER_FEATURES;

export interface Support {
  readonly support: "yes" | "partly" | "no";
  /** Why not, or how far; null for an unqualified yes. */
  readonly note: string | null;
}

export interface ProviderSupport {
  readonly name: string;
  /** What speaks to it. */
  readonly client: string;
  /** What a base URL ends with, after the host. */
  readonly basePath: string;
  readonly features: Readonly<Record<ProviderFeature, Support>>;
}

const yes: Support = { support: "yes", note: null };
const partly = (note: string): Support => ({ support: "partly", note });
const no = (note: string): Support => ({ support: "no", note });

const ALL: ProviderSupport["features"] = {
  chat: yes, tools: yes, toolChoice: yes, images: yes, toolImages: yes, jsonSchema: yes, stream: yes, usage: yes, cachedTokens: yes, reasoningTokens: yes, refusal: yes, filter: yes,
  requestId: yes, errorRequestId: yes, retryAfter: yes, rateLimit: yes, region: yes,
};

const NO_TOOL_IMAGES = no("the API takes text alone there");
const NO_REGION = no("the API does not say where it computes");
const NO_RATE_LIMIT = no("the API says nothing of it");
const NO_REFUSAL = no("the API has no word for it: a refusal is a text as any other");
const NO_FILTER = no("the API has no such ending");
const CACHING = partly("system prompt and tools, where the price card has a price for writing to the cache");
const NO_ERROR_ID = no("errors have no id");

const GOOGLE: ProviderSupport["features"] = {
  ...ALL,
  images: partly("PNG, JPEG and WebP"),
  refusal: partly("as a block of the prompt"),
  errorRequestId: NO_ERROR_ID,
  rateLimit: NO_RATE_LIMIT,
};

const CHAT = "openai";
const CHAT_ALL: ProviderSupport["features"] = { ...ALL, toolImages: NO_TOOL_IMAGES };

/** What each adapter does, as the conformance suite proves it against the simulator; a `no` is a skipped case with its reason. */
export const PROVIDER_SUPPORT: Readonly<Record<ProviderApiName, ProviderSupport>> = {
  openai: { name: "OpenAI and compatible servers", client: CHAT, basePath: "/v1", features: { ...CHAT_ALL, region: NO_REGION } },
  anthropic: {
    name: "Anthropic",
    client: "@anthropic-ai/sdk",
    basePath: "",
    features: { ...ALL, cachedTokens: CACHING, filter: no("the API has one ending for refusals and filters"), region: NO_REGION },
  },
  "azure-openai": { name: "Azure OpenAI", client: CHAT, basePath: "", features: CHAT_ALL },
  bedrock: {
    name: "Amazon Bedrock",
    client: "@aws-sdk/client-bedrock-runtime",
    basePath: "",
    features: {
      ...ALL,
      toolChoice: partly("`none` by offering no tool"),
      cachedTokens: CACHING,
      reasoningTokens: no("the API counts them within the output and not apart"),
      refusal: partly("as a stop by the content filter"),
      rateLimit: NO_RATE_LIMIT,
    },
  },
  gemini: { name: "Google Gemini", client: "@google/genai", basePath: "", features: { ...GOOGLE, region: NO_REGION } },
  vertex: { name: "Google Vertex AI", client: "@google/genai", basePath: "", features: GOOGLE },
  mistral: {
    name: "Mistral",
    client: CHAT,
    basePath: "/v1",
    features: {
      ...CHAT_ALL,
      cachedTokens: no("the API counts none"),
      reasoningTokens: no("the API counts them within the output and not apart"),
      refusal: NO_REFUSAL,
      filter: NO_FILTER,
      region: NO_REGION,
    },
  },
  cohere: {
    name: "Cohere",
    client: "cohere-ai",
    basePath: "",
    features: {
      ...ALL,
      toolChoice: partly("one tool by offering no other"),
      toolImages: NO_TOOL_IMAGES,
      reasoningTokens: no("the API counts them within the output and not apart"),
      refusal: NO_REFUSAL,
      filter: NO_FILTER,
      rateLimit: NO_RATE_LIMIT,
      region: NO_REGION,
    },
  },
  deepseek: {
    name: "DeepSeek",
    client: CHAT,
    basePath: "",
    features: {
      ...ALL,
      images: no("the API takes text alone"),
      toolImages: NO_TOOL_IMAGES,
      jsonSchema: partly("the API makes JSON but takes no schema: it is told to the model in words"),
      refusal: NO_REFUSAL,
      rateLimit: NO_RATE_LIMIT,
      region: NO_REGION,
    },
  },
  huggingface: {
    name: "Hugging Face",
    client: CHAT,
    basePath: "/v1",
    features: { ...CHAT_ALL, refusal: NO_REFUSAL, filter: NO_FILTER, rateLimit: NO_RATE_LIMIT, region: NO_REGION },
  },
  openrouter: {
    name: "OpenRouter",
    client: CHAT,
    basePath: "/api/v1",
    features: { ...CHAT_ALL, errorRequestId: NO_ERROR_ID, rateLimit: partly("requests, not tokens"), region: NO_REGION },
  },
  perplexity: {
    name: "Perplexity",
    client: CHAT,
    basePath: "",
    features: {
      ...CHAT_ALL,
      tools: no("the API has none: its models search on their own"),
      toolChoice: no("the API has no tools"),
      toolImages: no("the API has no tools"),
      cachedTokens: no("the API counts none"),
      refusal: NO_REFUSAL,
      filter: NO_FILTER,
      errorRequestId: NO_ERROR_ID,
      rateLimit: NO_RATE_LIMIT,
      region: NO_REGION,
    },
  },
};
