import type { ContentBlockParam, MessageCreateParamsNonStreaming, MessageParam } from "@anthropic-ai/sdk/resources/messages";
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import type { ProviderCall } from "@leverframe/execution";
import type { ChatMessage, ContentPart } from "@leverframe/prompt";
import { asksForCaching } from "./prompt-caching";
import { argumentsOf, withFittingIds } from "./tool-call-ids";

/** OpenAI's scale, which requests use, ends at 2. */
const TEMPERATURE_MAX = 1;
const TOOL_CALL_ID = /^[A-Za-z0-9_-]{1,64}$/;
const TOOL_CALL_ID_CHARACTERS = 32;

/** The system prompt stands beside the conversation: all system messages, in their order. */
export function messagesBodyOf(call: ProviderCall): MessageCreateParamsNonStreaming {
  const { temperature, outputSchema } = call;
  const system = call.messages.filter(({ role }) => role === "system").map(({ content }) => content);
  return {
    model: call.deployment.providerModel,
    max_tokens: call.maxOutputTokens,
    messages: turnsOf(withFittingIds(call.messages, TOOL_CALL_ID, TOOL_CALL_ID_CHARACTERS)),
    ...(system.length === 0 ? {} : { system: asksForCaching(call) ? [{ type: "text", text: system.join("\n\n"), ...CACHED }] : system.join("\n\n") }),
    ...toolsOf(call, asksForCaching(call) && system.length === 0),
    ...(temperature === null ? {} : { temperature: Math.min(temperature, TEMPERATURE_MAX) }),
    ...outputConfigOf(outputSchema),
  };
}

/** Results of tools stand in one turn of the user, all that belong to a turn of the assistant together. */
function turnsOf(messages: readonly ChatMessage[]): MessageParam[] {
  const turns: MessageParam[] = [];
  let results: ContentBlockParam[] | null = null;
  for (const message of messages) {
    const { role, content, parts } = message;
    if (role === "system") continue;
    if (role !== "tool") {
      results = null;
      turns.push({ role, content: message.toolCalls ? callingBlocks(message) : parts ? parts.map(blockOf) : content });
      continue;
    }
    if (results === null) turns.push({ role: "user", content: (results = []) });
    results.push({ type: "tool_result", tool_use_id: message.toolCallId ?? "", content: parts?.map(blockOf) ?? content });
  }
  return turns;
}

/** The API refuses a block of no text. */
const callingBlocks = ({ content, toolCalls = [] }: ChatMessage): ContentBlockParam[] => [
  ...(content === "" ? [] : [{ type: "text", text: content } as const]),
  ...toolCalls.map((call) => ({ type: "tool_use", id: call.id, name: call.name, input: argumentsOf(call) }) as const),
];

const blockOf = (part: ContentPart) =>
  part.type === "text"
    ? ({ type: "text", text: part.text } as const)
    : ({ type: "image", source: { type: "base64", media_type: part.image.mediaType, data: part.image.data } } as const);

const CACHED = { cache_control: { type: "ephemeral" } } as const;

const CHOICES = { auto: { type: "auto" }, required: { type: "any" }, none: { type: "none" } } as const;

function toolsOf({ tools, toolChoice }: ProviderCall, cached: boolean): Pick<MessageCreateParamsNonStreaming, "tools" | "tool_choice"> {
  if (!tools) return {};
  const offered = tools.map(({ name, description, parameters }) => ({ name, ...(description === null ? {} : { description }), input_schema: { ...parameters, type: "object" as const } }));
  if (cached) Object.assign(offered.at(-1)!, CACHED);
  if (toolChoice === undefined) return { tools: offered };
  return { tools: offered, tool_choice: typeof toolChoice === "string" ? CHOICES[toolChoice] : { type: "tool", name: toolChoice.name } };
}

/**
 * The API takes a part of JSON Schema; the SDK's own transformation narrows a schema to it and never widens. One that
 * it cannot narrow is left to the evaluator's check.
 */
function outputConfigOf(outputSchema: string | null): Pick<MessageCreateParamsNonStreaming, "output_config"> {
  if (outputSchema === null) return {};
  try {
    const schema = transformJSONSchema(JSON.parse(outputSchema)) as Record<string, unknown>;
    return { output_config: { format: { type: "json_schema", schema } } };
  } catch {
    return {};
  }
}
