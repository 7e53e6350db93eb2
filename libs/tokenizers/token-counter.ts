import { createHash } from "node:crypto";
import type { TokenizerName } from "@leverframe/catalog";
import { type CountTokens, utf8Length } from "@leverframe/prompt";
import { type Encoding, loadEncoding } from "./encodings";
import { takesLong } from "./merge-work";
import { slicesOf } from "./text-slices";

/** Counted at a stretch, in half a millisecond, or 20 where somebody means ill; others run in between. */
const SLICE_CHARACTERS = 16 * 1024;
/** More than a record holds. */
const TEXT_CHARACTERS_MAX = 2 * 1024 * 1024;
/** The stages of one process count the same request. */
const COUNTS_KEPT_MAX = 2_000;

/**
 * Counts tokens exactly, or takes a text's bytes where counting would take too long: a bound in either case. Counts are
 * remembered by the text's digest, not by the text. When a tokenizer cannot be loaded, bytes are the answer.
 */
export function createTokenCounter(load: (name: TokenizerName) => Promise<Encoding> = loadEncoding): CountTokens {
  const encodings = new Map<TokenizerName, Promise<Encoding>>();
  const counts = new Map<string, Promise<number>>();

  const encodingOf = (name: TokenizerName): Promise<Encoding> => {
    const encoding = encodings.get(name) ?? load(name);
    encodings.set(name, encoding);
    return encoding;
  };

  const newCount = async (name: TokenizerName, text: string): Promise<number> => {
    if (text.length > TEXT_CHARACTERS_MAX || takesLong(text)) return utf8Length(text);
    try {
      return await countSlices(await encodingOf(name), text);
    } catch {
      encodings.delete(name);
      return utf8Length(text);
    }
  };

  return (name, text) => {
    const key = `${name} ${createHash("sha256").update(text).digest("base64")}`;
    const count = counts.get(key) ?? newCount(name, text);
    counts.delete(key);
    counts.set(key, count);
    const oldest = counts.size > COUNTS_KEPT_MAX ? counts.keys().next().value : undefined;
    if (oldest !== undefined) counts.delete(oldest);
    return count;
  };
}

async function countSlices(encoding: Encoding, text: string): Promise<number> {
  let tokens = 0;
  for (const slice of slicesOf(text, SLICE_CHARACTERS)) {
    if (tokens > 0) await new Promise((resolve) => setImmediate(resolve));
    tokens += encoding(slice);
  }
  return tokens;
}
