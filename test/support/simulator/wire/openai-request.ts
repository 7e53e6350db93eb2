import {
  BadRequest,
  contentText,
  isObject,
  positiveInteger,
  toAsk,
  type Ask,
  type AskedFormat,
  type CacheablePrefix,
  type JsonObject,
} from "../ask";
import type { Api } from "../model-profile";
import { countTokens } from "../tokens";
import { openAiTooling } from "./openai-tools";

/** Prompts below this many tokens are not cached by OpenAI; hits come in steps of 128. */
const CACHED_TOKENS_MIN = 1_024;
const CACHED_TOKENS_STEP = 128;

function parseFormat(body: JsonObject): AskedFormat {
  const format = body["response_format"];
  if (!isObject(format) || format["type"] === "text") return { kind: "text" };
  if (format["type"] === "json_object") return { kind: "json" };
  const wrapper = format["json_schema"];
  if (format["type"] !== "json_schema" || !isObject(wrapper)) {
    throw new BadRequest("Invalid value for 'response_format'.", "response_format");
  }
  const schema = wrapper["schema"];
  if (!isObject(schema)) throw new BadRequest("Missing 'response_format.json_schema.schema'.", "response_format");
  return { kind: "schema", schema };
}

/** The first message is the part that requests share; OpenAI, and some others, cache it unasked. */
export function cacheablePrefix(texts: readonly string[]): CacheablePrefix | null {
  const text = texts.length > 1 ? texts[0] : undefined;
  if (text === undefined) return null;
  const tokens = countTokens(text);
  if (tokens < CACHED_TOKENS_MIN) return null;
  return { text, tokens: tokens - (tokens % CACHED_TOKENS_STEP), billsWrites: false };
}

function outputTokensMax(body: JsonObject): number | null {
  const current = positiveInteger(body, "max_completion_tokens");
  const legacy = positiveInteger(body, "max_tokens");
  if (current === null || legacy === null) return current ?? legacy;
  return Math.min(current, legacy);
}

/** Reads a chat completion request in that dialect. Throws BadRequest. */
export function parseOpenAiRequest(body: unknown, api: Api = "openai", named: string | null = null): Ask {
  if (!isObject(body)) throw new BadRequest("We could not parse the JSON body of your request.");
  const { messages } = body;
  const model = named ?? body["model"];
  if (typeof model !== "string" || model === "") throw new BadRequest("you must provide a model parameter", "model");
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new BadRequest("Missing required parameter: 'messages'.", "messages");
  }
  const texts: string[] = [];
  let question = "";
  for (const message of messages) {
    if (!isObject(message) || typeof message["role"] !== "string") {
      throw new BadRequest("Invalid type for 'messages': expected objects with a role.", "messages");
    }
    const text = contentText(message["content"]);
    texts.push(text);
    if (message["role"] === "user") question = text;
  }
  const streamOptions = body["stream_options"];
  const tooling = openAiTooling(body, messages as JsonObject[]);
  return toAsk({
    api,
    model,
    stream: body["stream"] === true,
    includeUsage: isObject(streamOptions) && streamOptions["include_usage"] === true,
    outputTokensMax: outputTokensMax(body),
    format: parseFormat(body),
    texts,
    question,
    cacheable: cacheablePrefix(texts),
    tooling,
  });
}
