import type { Model, TokenizerName } from "@leverframe/catalog";
import { type ChatPrompt, imagesOf } from "./chat-prompt";
import { readChatPrompt } from "./read-chat-prompt";
import { countableTexts, inputTokensFor } from "./token-bound";

/** Tokens of a text, exactly or an upper bound of them. Never rejects; long texts take a while, so it lets others run. */
export type CountTokens = (tokenizer: TokenizerName, text: string) => Promise<number>;

/** Whether more can be found out about a prompt's size at this model than its bytes say. */
export const isCountable = ({ tokenizer, imageTokens }: Model, needsVision: boolean): boolean => tokenizer !== undefined || (needsVision && imageTokens !== undefined);

/**
 * Upper bound of the tokens that the prompt makes at each of these models: counted where the model has a tokenizer, by
 * bytes where not. Much dearer than `inputTokensBound`: to be asked where that bound decides against somebody.
 */
export async function countInput(models: readonly Model[], prompt: ChatPrompt, outputSchema: string | null, count: CountTokens): Promise<ReadonlyMap<string, number>> {
  const texts = new Set(countableTexts(prompt));
  const byTokenizer = new Map<TokenizerName, ReadonlyMap<string, number>>();
  const bounds = new Map<string, number>();
  for (const model of models) {
    const { id, tokenizer } = model;
    if (bounds.has(id) || !isCountable(model, imagesOf(prompt).length > 0)) continue;
    const counts = tokenizer ? (byTokenizer.get(tokenizer) ?? (await countAll(texts, tokenizer, count))) : NONE;
    if (tokenizer) byTokenizer.set(tokenizer, counts);
    bounds.set(id, inputTokensFor(model, prompt, outputSchema, (text) => counts.get(text) ?? null));
  }
  return bounds;
}

const NONE: ReadonlyMap<string, number> = new Map();

async function countAll(texts: ReadonlySet<string>, tokenizer: TokenizerName, count: CountTokens): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, await count(tokenizer, text));
  return counts;
}

/** The same, of a prompt as it travels. Nothing can be counted of one that cannot be read. */
export async function countPrompt(models: readonly Model[], { prompt, outputSchema }: TravellingPrompt, count: CountTokens): Promise<ReadonlyMap<string, number>> {
  const read = readOrNull(prompt);
  return read === null ? new Map() : countInput(models, read, outputSchema, count);
}

export interface TravellingPrompt {
  readonly prompt: Uint8Array;
  readonly outputSchema: string | null;
}

function readOrNull(prompt: Uint8Array): ChatPrompt | null {
  try {
    return readChatPrompt(prompt);
  } catch {
    return null;
  }
}
