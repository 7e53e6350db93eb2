import type { ChatMessage, ChatPrompt } from "./chat-prompt";

/** Tokens that a chat template may add around one message (role markers, separators), generously. */
const MESSAGE_OVERHEAD_TOKENS = 16;
/** Tokens that a template may add around a whole conversation (start, end, generation prompt). */
const CONVERSATION_OVERHEAD_TOKENS = 64;
/** Tokens around a schema where an API takes none and the model is told it in a message of its own. */
const SCHEMA_OVERHEAD_TOKENS = 64;

/** Tokens around the declaration of a tool, or around one call of it. */
const TOOL_OVERHEAD_TOKENS = 32;
/** What one picture makes at the model that counts most for it, in the size to which models scale it down. */
const IMAGE_TOKENS_MAX = 16_384;

const encoder = new TextEncoder();

/**
 * An upper bound of the prompt's tokens for any model: byte-level tokenizers never make more tokens than bytes, and
 * templates add a bounded number for each message. Reservations stand on it, so it errs upwards.
 */
export function inputTokensBound(prompt: ChatPrompt, outputSchema: string | null): number {
  let tokens = CONVERSATION_OVERHEAD_TOKENS + (outputSchema === null ? 0 : utf8Length(outputSchema) + SCHEMA_OVERHEAD_TOKENS);
  for (const message of prompt.messages) tokens += messageBound(message);
  for (const tool of prompt.tools ?? []) tokens += utf8Length(JSON.stringify(tool)) + TOOL_OVERHEAD_TOKENS;
  return tokens;
}

function messageBound({ content, parts = [], toolCalls = [], toolCallId = "" }: ChatMessage): number {
  let tokens = utf8Length(content) + utf8Length(toolCallId) + MESSAGE_OVERHEAD_TOKENS;
  for (const part of parts) tokens += part.type === "image" ? IMAGE_TOKENS_MAX : MESSAGE_OVERHEAD_TOKENS;
  for (const { id, name, arguments: text } of toolCalls) tokens += utf8Length(id) + utf8Length(name) + utf8Length(text) + TOOL_OVERHEAD_TOKENS;
  return tokens;
}

const scratch = new Uint8Array(4096);

function utf8Length(text: string): number {
  if (text.length * 3 <= scratch.length) return encoder.encodeInto(text, scratch).written;
  return encoder.encode(text).length;
}
