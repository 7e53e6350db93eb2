import type { ChatPrompt } from "./chat-prompt";

/** Tokens that a chat template may add around one message (role markers, separators), generously. */
const MESSAGE_OVERHEAD_TOKENS = 16;
/** Tokens that a template may add around a whole conversation (start, end, generation prompt). */
const CONVERSATION_OVERHEAD_TOKENS = 64;
/** Tokens around a schema where an API takes none and the model is told it in a message of its own. */
const SCHEMA_OVERHEAD_TOKENS = 64;

const encoder = new TextEncoder();

/**
 * An upper bound of the prompt's tokens for any model: byte-level tokenizers never make more tokens than bytes, and
 * templates add a bounded number for each message. Reservations stand on it, so it errs upwards.
 */
export function inputTokensBound(prompt: ChatPrompt, outputSchema: string | null): number {
  let tokens = CONVERSATION_OVERHEAD_TOKENS + (outputSchema === null ? 0 : utf8Length(outputSchema) + SCHEMA_OVERHEAD_TOKENS);
  for (const message of prompt.messages) tokens += utf8Length(message.content) + MESSAGE_OVERHEAD_TOKENS;
  return tokens;
}

const scratch = new Uint8Array(4096);

function utf8Length(text: string): number {
  if (text.length * 3 <= scratch.length) return encoder.encodeInto(text, scratch).written;
  return encoder.encode(text).length;
}
