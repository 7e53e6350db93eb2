import { type Ask, type AskedFormat, BadRequest, isObject } from "../ask";
import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { CHAT_BREAKS, chatStyle, errorBody, plainCompletion } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { chatFrames } from "./openai-stream";
import type { Reply, Wire } from "./reply";

/** A model that is told a schema in words keeps to it, or tries to. */
function toldSchema({ texts, format }: Ask): AskedFormat {
  if (format.kind !== "json") return format;
  for (const text of texts) {
    const begin = text.indexOf("{");
    if (begin < 0) continue;
    try {
      const schema: unknown = JSON.parse(text.slice(begin));
      if (isObject(schema)) return { kind: "schema", schema };
    } catch {
      // Words with a brace in them.
    }
  }
  return format;
}

function parse(body: unknown): Ask {
  const ask = parseOpenAiRequest(body, "deepseek");
  if (ask.format.kind === "schema") throw new BadRequest("This response_format type is unavailable now");
  if (ask.tooling.images > 0) throw new BadRequest("Failed to deserialize the JSON body: unknown variant `image_url`, expected `text`");
  if (ask.format.kind === "json" && !/json/i.test(ask.prompt)) {
    throw new BadRequest("Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.");
  }
  return { ...ask, format: toldSchema(ask) };
}

function usageOf({ usage: { input, cacheRead, cacheWrite, output, reasoning } }: Reply): object {
  const prompt = input + cacheRead + cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_cache_hit_tokens: cacheRead,
    prompt_cache_miss_tokens: input + cacheWrite,
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

/** DeepSeek's platform: chat completions that take no schema, and count the cache in fields of their own. */
export const DEEPSEEK_WIRE: Wire = {
  api: "deepseek",
  path: /^(?:\/v1)?\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse,
  // It has no word for a refusal: one is a text as any other.
  answer: (ask, reply) => JSON.stringify({ ...plainCompletion(ask, reply), usage: usageOf(reply) }),
  stream: {
    ...CHAT_BREAKS,
    frames: (ask, reply) => {
      const style = chatStyle(ask, reply);
      return chatFrames(ask, reply, { ...style, usage: usageOf(reply), usageIn: "ending", refusals: false, thoughts: "reasoning_content", before: [": keep-alive\n\n"] });
    },
  },
  error: errorBody,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: (requestId) => ({ "x-ds-trace-id": requestId }),
};
