import { imageTokensBound, type Model } from "@leverframe/catalog";
import type { ChatMessage, ChatPrompt, Image } from "./chat-prompt";
import { imageSize } from "./image-size";
import { utf8Length } from "./utf8-length";

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

/** How a prompt's parts are bounded, by whoever knows more or less about the model. */
interface Measures {
  /** Tokens of a text that stands between two markers of the template, and so is cut into tokens by itself. */
  text(text: string): number;
  image(image: Image): number;
}

const FOR_ANY_MODEL: Measures = { text: utf8Length, image: () => IMAGE_TOKENS_MAX };

/**
 * An upper bound of the prompt's tokens for any model: byte-level tokenizers never make more tokens than bytes, and
 * templates add a bounded number for each message. Reservations stand on it, so it errs upwards.
 */
export function inputTokensBound(prompt: ChatPrompt, outputSchema: string | null): number {
  return boundBy(FOR_ANY_MODEL, prompt, outputSchema);
}

/** The most pictures that a prompt can hold whose bound for any model is this. */
export const imagesWithin = (inputTokensMax: number): number => Math.floor(inputTokensMax / IMAGE_TOKENS_MAX);

/**
 * The bound for one model: pictures by its own rule, and texts by their tokens where somebody counted them. `counted`
 * tells the tokens of a text; null: take its bytes. Declarations of tools and schemas stay at their bytes: every provider
 * words them in its own way, but none at more than a token for each byte.
 */
export function inputTokensFor({ imageTokens }: Pick<Model, "imageTokens">, prompt: ChatPrompt, outputSchema: string | null, counted: (text: string) => number | null): number {
  const measures: Measures = {
    text: (text) => Math.min(counted(text) ?? Infinity, utf8Length(text)),
    image: (image) => (imageTokens ? Math.min(IMAGE_TOKENS_MAX, imageTokensBound(imageTokens, imageSize(image))) : IMAGE_TOKENS_MAX),
  };
  return boundBy(measures, prompt, outputSchema);
}

/** The texts that `inputTokensFor` asks to be counted. */
export function countableTexts({ messages }: ChatPrompt): readonly string[] {
  return messages.flatMap(({ content, parts, toolCalls = [] }) => [...(parts ? [] : [content]), ...toolCalls.map((call) => call.arguments)]);
}

function boundBy(measures: Measures, prompt: ChatPrompt, outputSchema: string | null): number {
  let tokens = CONVERSATION_OVERHEAD_TOKENS + (outputSchema === null ? 0 : utf8Length(outputSchema) + SCHEMA_OVERHEAD_TOKENS);
  for (const message of prompt.messages) tokens += messageBound(measures, message);
  for (const tool of prompt.tools ?? []) tokens += utf8Length(JSON.stringify(tool)) + TOOL_OVERHEAD_TOKENS;
  return tokens;
}

function messageBound(measures: Measures, { content, parts, toolCalls = [], toolCallId = "" }: ChatMessage): number {
  // Between the parts of a message there may be a marker or none, so their texts are not cut by themselves.
  let tokens = (parts ? utf8Length(content) : measures.text(content)) + utf8Length(toolCallId) + MESSAGE_OVERHEAD_TOKENS;
  for (const part of parts ?? []) tokens += part.type === "image" ? measures.image(part.image) : MESSAGE_OVERHEAD_TOKENS;
  for (const { id, name, arguments: text } of toolCalls) tokens += utf8Length(id) + utf8Length(name) + measures.text(text) + TOOL_OVERHEAD_TOKENS;
  return tokens;
}
