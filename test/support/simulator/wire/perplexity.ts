import { type Ask, BadRequest, isObject } from "../ask";
import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { CHAT_BREAKS, plainCompletion } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { chatFrames } from "./openai-stream";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type Reply, type Wire } from "./reply";

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

const FOUND = { citations: SOURCES, search_results: SOURCES.map((url) => ({ title: "A source", url, date: null })) };

function usageOf({ usage: { input, cacheRead, cacheWrite, output, reasoning } }: Reply): object {
  const prompt = input + cacheRead + cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    search_context_size: "low",
    cost: { input_tokens_cost: 0, output_tokens_cost: 0, request_cost: 0, total_cost: 0 },
    ...(reasoning === 0 ? {} : { reasoning_tokens: reasoning }),
  };
}

/** It has two endings alone. */
const endingOf = ({ ending }: Reply): string => (ending === "truncated" ? "length" : "stop");

/** Beside each message stands a delta, and beside each delta a message, both with a role. */
const EMPTY_DELTA = { role: "assistant", content: "" };

function answer(ask: Ask, reply: Reply, requestId: string): string {
  const body = plainCompletion(ask, reply);
  const choices = body.choices.map((choice) => ({ ...choice, delta: EMPTY_DELTA, finish_reason: endingOf(reply) }));
  return JSON.stringify({ ...body, id: requestId, choices, ...FOUND, usage: usageOf(reply) });
}

/** Perplexity: chat completions with the sources of a web search, and a usage that counts searches. */
export const PERPLEXITY_WIRE: Wire = {
  api: "perplexity",
  path: /^\/chat\/completions$/,
  authenticate: authenticateBearer,
  parse,
  answer,
  stream: {
    ...CHAT_BREAKS,
    frames: (ask, reply, requestId) => {
      const head = { id: requestId, model: ask.model, created: reply.createdSeconds, ...FOUND, object: "chat.completion.chunk" };
      const besideDelta = (content: string): object => ({ message: { role: "assistant", content } });
      return chatFrames(ask, reply, { head, usage: usageOf(reply), usageIn: "every", refusals: false, toolCalls: "whole", toolCallIdPrefix: "call_", finishReason: endingOf(reply), deltaFields: EMPTY_DELTA, besideDelta, done: false });
    },
  },
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: () => ({}),
};
