/**
 * Token counting: one token per four UTF-8 bytes, rounded up (about what English costs with today's tokenizers), four
 * more per message and three per prompt, as chat templates add. So a count is never above the number of bytes of the
 * texts + 8 per message + 64, the bound that a caller may reserve. Schemas of answers are not counted; tools and pictures are, in `asked-tools.ts`.
 */
const BYTES_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_PROMPT = 3;

export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

export function countPromptTokens(texts: readonly string[]): number {
  let tokens = TOKENS_PER_PROMPT;
  for (const text of texts) tokens += TOKENS_PER_MESSAGE + countTokens(text);
  return tokens;
}

/** The longest prefix of at most that many tokens that does not split a character. */
export function truncateToTokens(text: string, tokensMax: number): string {
  const bytesMax = Math.max(0, tokensMax) * BYTES_PER_TOKEN;
  if (text.length * 3 <= bytesMax) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
