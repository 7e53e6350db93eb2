import type { ProviderCall } from "@leverframe/execution";
import { type ChatMessage, wireChoice, wireMessage } from "@leverframe/prompt";
import type { ChatBody } from "./chat-dialect";
import { schemaOf } from "./output-schema";
import { takeTextResults } from "./takes";
import { withFittingIds } from "./tool-call-ids";

/** OpenAI takes no longer ids of tool calls; those of others may be. */
const TOOL_CALL_ID = /^.{1,40}$/s;
const TOOL_CALL_ID_CHARACTERS = 32;

/** What every dialect's body begins with: the conversation and the tools, in the format that OpenAI began. */
export function chatOf(call: ProviderCall): ChatBody {
  const { deployment, messages, tools, toolChoice, temperature } = call;
  takeTextResults(call);
  return {
    model: deployment.providerModel,
    messages: withFittingIds(messages, TOOL_CALL_ID, TOOL_CALL_ID_CHARACTERS).map(wired) as ChatBody["messages"],
    ...(tools ? { tools: tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, ...(description === null ? {} : { description }), parameters } })) as ChatBody["tools"] } : {}),
    ...(tools && toolChoice !== undefined ? { tool_choice: wireChoice(toolChoice) as ChatBody["tool_choice"] } : {}),
    ...(temperature === null ? {} : { temperature }),
  };
}

/** Most messages are plain text and stand in the wire's own shape already. */
const wired = (message: ChatMessage): unknown => (message.parts || message.toolCalls || message.toolCallId !== undefined ? wireMessage(message) : message);

/** A call's schema as `response_format`, for every dialect that took it over. */
export function jsonSchemaFormat({ outputSchema }: ProviderCall): Pick<ChatBody, "response_format"> {
  if (outputSchema === null) return {};
  return { response_format: { type: "json_schema", json_schema: { name: "answer", schema: schemaOf(outputSchema) } } };
}
