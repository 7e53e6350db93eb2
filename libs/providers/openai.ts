import type { ProviderCall } from "@leverframe/execution";
import { type ChatBody, type ChatDialect, messagesOf, usageOf } from "./chat-completions";
import { schemaOf } from "./output-schema";

const OFFICIAL_HOST = "api.openai.com";

/** OpenAI's chat completions, and every server that speaks them (vLLM, Ollama, llama.cpp, a gateway). */
export const OPENAI: ChatDialect = {
  baseUrl: `https://${OFFICIAL_HOST}/v1`,
  bodyOf: (call) => ({
    ...messagesOf(call),
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

/** A call's schema as `response_format`, for every dialect that took it over. */
export function jsonSchemaFormat({ outputSchema }: ProviderCall): Pick<ChatBody, "response_format"> {
  if (outputSchema === null) return {};
  return { response_format: { type: "json_schema", json_schema: { name: "answer", schema: schemaOf(outputSchema) } } };
}
