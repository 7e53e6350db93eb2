import { type Ask, BadRequest, isObject } from "../ask";
import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { plainCompletion } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type Wire } from "./reply";

const SOURCES = ["https://example.com/first-source", "https://example.com/second-source"];

function error({ status, message }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  // A proxy turns keys away.
  if (status === 401) return { contentType: "text/html", text: "<html><head><title>401 Authorization Required</title></head></html>" };
  const body = { error: { message: message ?? "Something is wrong.", type: status < 500 ? "invalid_request" : "server_error", code: status } };
  return { contentType: "application/json", text: JSON.stringify(body) };
}

/** After the system messages, user and assistant take turns, and the user is the last to speak. */
function parse(body: unknown): Ask {
  const ask = parseOpenAiRequest(body, "perplexity");
  const messages = isObject(body) && Array.isArray(body["messages"]) ? body["messages"] : [];
  const roles = messages.map((message: { role: string }) => message.role).filter((role) => role !== "system");
  const inTurn = roles.every((role, index) => role === (index % 2 === 0 ? "user" : "assistant"));
  if (!inTurn || roles.at(-1) !== "user") throw new BadRequest("Last message must have role `user`, and roles must alternate.");
  return ask;
}

/** Perplexity: chat completions with the sources of a web search, and a usage that counts searches. */
export const PERPLEXITY_WIRE: Wire = {
  api: "perplexity",
  path: /^\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse,
  answer: (ask, reply, requestId) => {
    const { input, cacheRead, cacheWrite, output, reasoning } = reply.usage;
    const prompt = input + cacheRead + cacheWrite;
    const usage = {
      prompt_tokens: prompt,
      completion_tokens: output,
      total_tokens: prompt + output,
      search_context_size: "low",
      ...(reasoning === 0 ? {} : { reasoning_tokens: reasoning }),
    };
    const search_results = SOURCES.map((url) => ({ title: "A source", url, date: null }));
    return JSON.stringify({ ...plainCompletion(ask, reply), id: requestId, citations: SOURCES, search_results, usage });
  },
  stream: null,
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: () => ({}),
};
