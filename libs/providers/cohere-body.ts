import type { ProviderCall } from "@leverframe/execution";
import type { ChatMessage, ContentPart } from "@leverframe/prompt";
import type { Cohere } from "cohere-ai";
import { schemaOf } from "./output-schema";
import { takeTextResults } from "./takes";

/** OpenAI's scale, which requests use, ends at 2. */
const TEMPERATURE_MAX = 1;

export function cohereRequestOf(call: ProviderCall): Cohere.V2ChatRequest {
  const { deployment, messages, maxOutputTokens, temperature, outputSchema } = call;
  takeTextResults(call);
  return {
    model: deployment.providerModel,
    messages: messages.map(turnOf) as Cohere.ChatMessages,
    maxTokens: maxOutputTokens,
    ...toolsOf(call),
    ...(temperature === null ? {} : { temperature: Math.min(temperature, TEMPERATURE_MAX) }),
    ...(outputSchema === null ? {} : { responseFormat: { type: "json_object", jsonSchema: schemaOf(outputSchema) } }),
  };
}

/** What was said before tools were asked for has a field of its own. */
function turnOf({ role, content, parts, toolCalls, toolCallId }: ChatMessage): object {
  if (toolCalls) {
    const calls = toolCalls.map((call) => ({ id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } }));
    return { role, toolCalls: calls, ...(content === "" ? {} : { toolPlan: content }) };
  }
  if (toolCallId !== undefined) return { role, toolCallId, content };
  return { role, content: parts?.map(partOf) ?? content };
}

const partOf = (part: ContentPart): object =>
  part.type === "text" ? part : { type: "image_url", imageUrl: { url: `data:${part.image.mediaType};base64,${part.image.data}` } };

/** The API can insist on a tool but on no certain one: then that one alone is offered. */
function toolsOf({ tools, toolChoice = "auto" }: ProviderCall): Pick<Cohere.V2ChatRequest, "tools" | "toolChoice"> {
  if (!tools) return {};
  const offered = typeof toolChoice === "object" ? tools.filter(({ name }) => name === toolChoice.name) : tools;
  const declared = offered.map(({ name, description, parameters }) => ({ type: "function" as const, function: { name, ...(description === null ? {} : { description }), parameters } }));
  if (toolChoice === "auto") return { tools: declared };
  return { tools: declared, toolChoice: toolChoice === "none" ? "NONE" : "REQUIRED" };
}
