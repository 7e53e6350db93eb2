import type { ContentBlock, ConverseCommandInput, Message, SystemContentBlock, ToolConfiguration, ToolResultContentBlock } from "@aws-sdk/client-bedrock-runtime";
import type { ProviderCall } from "@leverframe/execution";
import type { ChatMessage, ContentPart } from "@leverframe/prompt";
import { schemaOf } from "./output-schema";
import { asksForCaching } from "./prompt-caching";
import { argumentsOf, withFittingIds } from "./tool-call-ids";

const TOOL_CALL_ID = /^[A-Za-z0-9_-]{1,64}$/;
const TOOL_CALL_ID_CHARACTERS = 32;

const CACHE_POINT = { cachePoint: { type: "default" } } as const;

/** The system prompt stands beside the conversation: all system messages, in their order. */
export function converseInputOf(call: ProviderCall): ConverseCommandInput {
  const { deployment, maxOutputTokens, temperature, outputSchema } = call;
  const toolConfig = toolConfigOf(call);
  const messages = withFittingIds(call.messages, TOOL_CALL_ID, TOOL_CALL_ID_CHARACTERS);
  const system: SystemContentBlock[] = messages.filter(({ role }) => role === "system").map(({ content }) => ({ text: content }));
  if (system.length > 0 && asksForCaching(call)) system.push(CACHE_POINT);
  return {
    modelId: deployment.providerModel,
    // The API takes calls and results of tools only beside tools; without them they are told in words.
    messages: turnsOf(toolConfig ? messages : messages.map(inWords)),
    ...(system.length === 0 ? {} : { system }),
    ...(toolConfig ? { toolConfig } : {}),
    inferenceConfig: { maxTokens: maxOutputTokens, ...(temperature === null ? {} : { temperature: Math.min(temperature, 1) }) },
    ...(outputSchema === null ? {} : { outputConfig: outputConfigOf(outputSchema) }),
  };
}

/** Results of tools stand in one turn of the user, all that belong to a turn of the assistant together. */
function turnsOf(messages: readonly ChatMessage[]): Message[] {
  const turns: Message[] = [];
  let results: ContentBlock[] | null = null;
  for (const { role, content, parts, toolCalls = [], toolCallId } of messages) {
    if (role === "system") continue;
    if (role !== "tool") {
      results = null;
      const said = toolCalls.length > 0 && content === "" ? [] : (parts?.map(blockOf) ?? [{ text: content }]);
      const calls = toolCalls.map((call) => ({ toolUse: { toolUseId: call.id, name: call.name, input: argumentsOf(call) as never } }));
      turns.push({ role, content: [...said, ...calls] });
      continue;
    }
    if (results === null) turns.push({ role: "user", content: (results = []) });
    results.push({ toolResult: { toolUseId: toolCallId, content: (parts?.map(blockOf) ?? [{ text: content }]) as ToolResultContentBlock[] } });
  }
  return turns;
}

function inWords(message: ChatMessage): ChatMessage {
  const { role, content, toolCalls } = message;
  if (role === "tool") return { role: "user", content };
  if (!toolCalls) return message;
  const calls = toolCalls.map((call) => `${call.name}(${call.arguments})`);
  return { role, content: [...(content === "" ? [] : [content]), ...calls].join("\n") };
}

const FORMATS = { "image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp" } as const;

const blockOf = (part: ContentPart): ContentBlock.TextMember | ContentBlock.ImageMember =>
  part.type === "text" ? { text: part.text } : { image: { format: FORMATS[part.image.mediaType], source: { bytes: Buffer.from(part.image.data, "base64") } } };

/** The API has no word for "no tool": then none is offered. */
function toolConfigOf(call: ProviderCall): ToolConfiguration | null {
  const { tools, toolChoice = "auto" } = call;
  if (!tools || toolChoice === "none") return null;
  const offered = tools.map(({ name, description, parameters }) => ({ toolSpec: { name, ...(description === null ? {} : { description }), inputSchema: { json: parameters as never } } }));
  const choice = typeof toolChoice === "object" ? { tool: { name: toolChoice.name } } : toolChoice === "required" ? { any: {} } : { auto: {} };
  return { tools: offered, toolChoice: choice };
}

/** The schema travels as text; it is read once all the same, so that one that is none is our mistake, not the model's. */
function outputConfigOf(outputSchema: string): ConverseCommandInput["outputConfig"] {
  schemaOf(outputSchema);
  return { textFormat: { type: "json_schema", structure: { jsonSchema: { schema: outputSchema, name: "answer" } } } };
}
