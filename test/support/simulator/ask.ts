import { hash } from "node:crypto";
import { countPromptTokens } from "./tokens";
import { NO_TOOLING, type Tooling } from "./asked-tools";
import type { Api } from "./model-profile";

/** What every wire format asks for, in one shape. */
export interface Ask {
  readonly api: Api;
  readonly model: string;
  readonly stream: boolean;
  /** OpenAI's `stream_options.include_usage`; always true for Anthropic. */
  readonly includeUsage: boolean;
  /** Null: as long as the answer is. */
  readonly outputTokensMax: number | null;
  readonly format: AskedFormat;
  /** Every message's text, in order, system first. */
  readonly texts: readonly string[];
  /** `texts` as one text. */
  readonly prompt: string;
  /** The last user message. */
  readonly question: string;
  /** SHA-256 of `prompt`, hexadecimal. */
  readonly digest: string;
  readonly promptTokens: number;
  readonly tooling: Tooling;
  /** The part of the prompt that a prompt cache may serve. */
  readonly cacheable: CacheablePrefix | null;
}

export type AskedFormat =
  { readonly kind: "text" } | { readonly kind: "json" } | { readonly kind: "schema"; readonly schema: JsonObject };

export interface CacheablePrefix {
  readonly text: string;
  readonly tokens: number;
  /** Whether the provider bills the first use as a cache write (Anthropic) or silently (OpenAI). */
  readonly billsWrites: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A request that the provider would answer 400 or 404. */
export class BadRequest extends Error {
  override name = "BadRequest";

  constructor(
    message: string,
    readonly parameter: string | null = null,
    readonly status = 400,
  ) {
    super(message);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The texts of a message's content: a string, or parts of which those of type `text` count. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts: string[] = [];
  for (const part of content) {
    if (isObject(part) && typeof part["text"] === "string") texts.push(part["text"]);
  }
  return texts.join("\n");
}

/** A positive whole number, null when absent. */
export function positiveInteger(body: JsonObject, name: string): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
    throw new BadRequest(`Invalid value for '${name}': expected a positive integer.`, name);
  }
  return value;
}

export type AskParts = Omit<Ask, "prompt" | "digest" | "promptTokens" | "tooling"> & { readonly tooling?: Tooling };

export function toAsk(parts: AskParts): Ask {
  const prompt = parts.texts.join("\n");
  const { tooling = NO_TOOLING, texts } = parts;
  return { ...parts, prompt, digest: promptDigest(texts), promptTokens: countPromptTokens(texts) + tooling.tokens, tooling };
}

/** The digest in the call log, for an audit that knows the message texts. */
export function promptDigest(texts: readonly string[]): string {
  return hash("sha256", texts.join("\n"), "hex");
}
