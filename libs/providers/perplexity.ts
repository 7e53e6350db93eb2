import type { Usage } from "@leverframe/events";
import type { ProviderCall } from "@leverframe/execution";
import type { ChatCompletion } from "openai/resources/chat/completions";
import { bodyRequestId } from "./chat-answer";
import { chatOf, jsonSchemaFormat } from "./chat-body";
import type { ChatDialect } from "./chat-dialect";
import { takeNoTools } from "./takes";

interface SearchUsage {
  readonly reasoning_tokens?: number;
}

/**
 * Perplexity's models answer from a web search and mark sources as [1], [2], … in the text; the addresses come beside
 * it and are put below it. A search costs a fee for each request (`requestUsd` of the price card). Deep research, whose
 * cost has no bound beforehand, cannot be funded and does not belong into a catalog.
 */
export const PERPLEXITY: ChatDialect = {
  baseUrl: "https://api.perplexity.ai",
  bodyOf: (call) => {
    takeNoTools(call);
    return { ...chatOf(call), max_tokens: call.maxOutputTokens, ...jsonSchemaFormat(call) };
  },
  // Each of its chunks tells the usage so far.
  streamFields: {},
  usageOf: searchUsage,
  appendixOf: sourcesOf,
  requestIdOf: bodyRequestId,
};

const isEmpty = ({ choices }: ChatCompletion): boolean => !choices?.[0]?.message?.content;

/** Where JSON was asked for, nothing may stand beside it; an empty answer stays one. */
function sourcesOf(completion: ChatCompletion, { outputSchema }: ProviderCall): string {
  const { citations } = completion as { citations?: unknown };
  if (outputSchema !== null || !Array.isArray(citations) || citations.length === 0 || isEmpty(completion)) return "";
  return `\n\n${citations.map((address, index) => `[${index + 1}] ${String(address)}`).join("\n")}`;
}

function searchUsage({ usage }: ChatCompletion): Usage | null {
  if (!usage) return null;
  return {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: usage.completion_tokens,
    reasoningTokens: (usage as SearchUsage).reasoning_tokens ?? 0,
  };
}
