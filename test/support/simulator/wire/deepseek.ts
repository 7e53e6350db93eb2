import { type Ask, type AskedFormat, BadRequest, isObject } from "../ask";
import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { completion, errorBody } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import type { Wire } from "./reply";

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
  if (ask.format.kind === "json" && !/json/i.test(ask.prompt)) {
    throw new BadRequest("Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.");
  }
  return { ...ask, format: toldSchema(ask) };
}

/** DeepSeek's platform: chat completions that take no schema, and count the cache in fields of their own. */
export const DEEPSEEK_WIRE: Wire = {
  api: "deepseek",
  path: /^(?:\/v1)?\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse,
  answer: (ask, reply) => {
    const { input, cacheRead, cacheWrite, output, reasoning } = reply.usage;
    const prompt = input + cacheRead + cacheWrite;
    const body = completion(ask, reply);
    // It has no word for a refusal: one is a text as any other.
    const choices = body.choices.map((choice) => ({ ...choice, message: { role: "assistant", content: reply.text } }));
    const usage = {
      prompt_tokens: prompt,
      completion_tokens: output,
      total_tokens: prompt + output,
      prompt_cache_hit_tokens: cacheRead,
      prompt_cache_miss_tokens: input + cacheWrite,
      completion_tokens_details: { reasoning_tokens: reasoning },
    };
    return JSON.stringify({ ...body, choices, usage });
  },
  stream: null,
  error: errorBody,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: (requestId) => ({ "x-ds-trace-id": requestId }),
};
