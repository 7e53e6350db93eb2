import type { ProviderCall } from "@leverframe/execution";
import { usageOf } from "./chat-answer";
import { chatOf, jsonSchemaFormat } from "./chat-body";
import type { ChatDialect } from "./chat-dialect";

const OFFICIAL_HOST = "api.openai.com";

/** OpenAI's chat completions, and every server that speaks them (vLLM, Ollama, llama.cpp, a gateway). */
export const OPENAI: ChatDialect = {
  baseUrl: `https://${OFFICIAL_HOST}/v1`,
  bodyOf: (call) => ({
    ...chatOf(call),
    max_completion_tokens: call.maxOutputTokens,
    // OpenAI refuses the older name beside the newer one; other servers may know only the older, and the limit must hold.
    ...(isOfficial(call) ? {} : { max_tokens: call.maxOutputTokens }),
    ...jsonSchemaFormat(call),
  }),
  usageOf,
  organizationFromEnvironment: true,
  rateLimit: { requests: "x-ratelimit-remaining-requests", tokens: "x-ratelimit-remaining-tokens" },
};

const isOfficial = ({ deployment: { provider } }: ProviderCall): boolean =>
  provider.baseUrl === null || provider.baseUrl.startsWith(`https://${OFFICIAL_HOST}/`);
