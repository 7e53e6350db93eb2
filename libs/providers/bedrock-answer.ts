import type { ConverseCommandOutput } from "@aws-sdk/client-bedrock-runtime";
import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type FinishReason, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import { AppError } from "@leverframe/kernel";
import { argumentsText } from "./chat-answer";
import { toolCallId, toolName } from "./tool-call-ids";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  content_filtered: "content_filter",
  guardrail_intervened: "content_filter",
};

export function regionOf({ id, settings }: Provider): string {
  const region = settings?.["region"];
  if (region === undefined) throw new AppError("bad_config", `provider \`${id}\` of api \`bedrock\` has no \`settings.region\`; expected an AWS region`);
  return region;
}

/** An output, as it came or put together from its stream, in the words of the port. */
export function converseAnswerOf(output: ConverseCommandOutput, call: ProviderCall): ProviderAnswer {
  const { provider, providerModel } = call.deployment;
  const usage = converseUsageOf(output);
  const providerRequestId = output.$metadata.requestId ?? null;
  const content = output.output?.message?.content;
  const ending = String(output.stopReason);
  const finishReason = FINISH_REASONS[ending] ?? "other";
  const refused = finishReason === "content_filter";
  const told = { usage, providerRequestId, billed: usage === null ? "unknown" : "yes" } as const;
  if (ending.startsWith("malformed_")) throw new ProviderError("malformed_output", `\`${provider.id}\` broke its answer off (${ending})`, told);
  if (!Array.isArray(content) && !refused) throw new ProviderError("malformed_output", `\`${provider.id}\` answered without content`, told);
  const toolCalls = (content ?? [])
    .flatMap(({ toolUse }) => (toolUse ? [toolUse] : []))
    .map(({ toolUseId, name, input }, index) => ({ id: toolCallId(toolUseId, call, index), name: toolName(name), arguments: argumentsText(input) }));
  return {
    text: (content ?? []).map((block) => block.text ?? "").join(""),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    finishReason,
    refused,
    usage,
    providerRequestId,
    model: providerModel,
    region: regionOf(provider),
    rateLimit: null,
  };
}

/** Cached tokens are counted beside the input's; ours are part of it. */
export function converseUsageOf({ usage }: Pick<ConverseCommandOutput, "usage">): Usage | null {
  if (!usage) return null;
  const cached = usage.cacheReadInputTokens ?? 0;
  const written = usage.cacheWriteInputTokens ?? 0;
  return {
    inputTokens: (usage.inputTokens ?? 0) + cached + written,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: usage.outputTokens ?? 0,
    reasoningTokens: 0,
  };
}
