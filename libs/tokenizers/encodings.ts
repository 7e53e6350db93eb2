import type { TokenizerName } from "@leverframe/catalog";

/** How many tokens a tokenizer makes of a text in which nothing is a command: `<|endoftext|>` is a text as any other. */
export type Encoding = (text: string) => number;

/** The tables are large (130 ms, 70 MB): loaded when the first count is asked for, and most processes never ask. */
const MODULES = {
  o200k_base: () => import("gpt-tokenizer/encoding/o200k_base"),
  cl100k_base: () => import("gpt-tokenizer/encoding/cl100k_base"),
} as const satisfies Record<TokenizerName, () => Promise<unknown>>;

/** Words whose merges are remembered; the library's own default is ten times that. */
const MERGES_KEPT_MAX = 10_000;
const NO_COMMANDS = { disallowedSpecial: new Set<string>() };

export async function loadEncoding(name: TokenizerName): Promise<Encoding> {
  const { countTokens, setMergeCacheSize } = await MODULES[name]();
  setMergeCacheSize(MERGES_KEPT_MAX);
  return (text) => countTokens(text, NO_COMMANDS);
}
