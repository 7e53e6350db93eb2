import { type Ask, type AskedFormat, BadRequest, contentText, isObject, type JsonObject, positiveInteger, toAsk } from "../ask";
import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { cacheablePrefix } from "./openai-request";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type Reply, type Wire } from "./reply";

const ROLES: ReadonlySet<unknown> = new Set(["system", "user", "assistant", "tool"]);

function formatOf(body: JsonObject): AskedFormat {
  const format = body["response_format"];
  if (!isObject(format) || format["type"] !== "json_object") return { kind: "text" };
  const schema = format["json_schema"] ?? format["schema"];
  return isObject(schema) ? { kind: "schema", schema } : { kind: "json" };
}

/** Reads a chat request of version 2. Throws BadRequest. */
function parse(body: unknown): Ask {
  if (!isObject(body)) throw new BadRequest("invalid request: the body is not a JSON object");
  const { model, messages } = body;
  if (typeof model !== "string" || model === "") throw new BadRequest("invalid request: model is required.");
  if (!Array.isArray(messages) || messages.length === 0) throw new BadRequest("invalid request: all elements in history must have a message.");
  const texts: string[] = [];
  let question = "";
  for (const message of messages) {
    if (!isObject(message) || !ROLES.has(message["role"])) throw new BadRequest("invalid request: a message has no known role.");
    const text = contentText(message["content"]);
    texts.push(text);
    if (message["role"] === "user") question = text;
  }
  return toAsk({
    api: "cohere",
    model,
    stream: body["stream"] === true,
    includeUsage: true,
    outputTokensMax: positiveInteger(body, "max_tokens"),
    format: formatOf(body),
    texts,
    question,
    cacheable: cacheablePrefix(texts),
  });
}

function error({ status, message, requestId }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  const words = message ?? (status === 401 ? "invalid api token" : "the request failed");
  return { contentType: "application/json", text: JSON.stringify({ id: requestId, message: words }) };
}

function answer(_ask: Ask, { text, ending, usage }: Reply, requestId: string): string {
  const counted = { input_tokens: usage.input + usage.cacheRead + usage.cacheWrite, output_tokens: usage.output };
  return JSON.stringify({
    id: requestId,
    finish_reason: ending === "truncated" ? "MAX_TOKENS" : "COMPLETE",
    message: { role: "assistant", content: text === "" ? [] : [{ type: "text", text }] },
    // What Cohere puts around the prompt itself is counted and not billed.
    usage: {
      billed_units: counted,
      tokens: { input_tokens: counted.input_tokens + 70, output_tokens: counted.output_tokens },
      cached_tokens: usage.cacheRead,
    },
  });
}

/** Cohere's chat, version 2. A refusal is a text as any other. */
export const COHERE_WIRE: Wire = {
  api: "cohere",
  path: /^\/v2\/chat$/,
  authenticate: authenticateBearer,
  parse,
  answer,
  stream: null,
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: () => ({ "x-api-version": "2" }),
};
