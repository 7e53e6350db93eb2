import type { ChatMessage, ChatPrompt, ToolChoice } from "./chat-prompt";

/** The prompt as the bytes that travel; the inverse of `readChatPrompt`. */
export function writeChatPrompt({ messages, tools, toolChoice }: ChatPrompt): Uint8Array {
  const wire = {
    messages: messages.map(wireMessage),
    ...(tools ? { tools: tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, ...(description === null ? {} : { description }), parameters } })) } : {}),
    ...(toolChoice === undefined ? {} : { tool_choice: wireChoice(toolChoice) }),
  };
  return new TextEncoder().encode(JSON.stringify(wire));
}

/** A message in the chat format that OpenAI began, which most providers take as it is. */
export function wireMessage({ role, content, parts, toolCalls, toolCallId }: ChatMessage): Record<string, unknown> {
  return {
    role,
    content: parts?.map((part) => (part.type === "text" ? part : { type: "image_url", image_url: { url: `data:${part.image.mediaType};base64,${part.image.data}` } })) ?? content,
    ...(toolCalls ? { tool_calls: toolCalls.map(({ id, name, arguments: text }) => ({ id, type: "function", function: { name, arguments: text } })) } : {}),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

export const wireChoice = (choice: ToolChoice): unknown =>
  typeof choice === "string" ? choice : { type: "function", function: { name: choice.name } };
