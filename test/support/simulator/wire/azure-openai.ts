import { BadRequest } from "../ask";
import { checkKey, headerOf } from "./http-habits";
import { CHAT_BREAKS, chatStyle, completion, errorBody, OPENAI_WIRE } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { chatFrames } from "./openai-stream";
import type { RateLimit, Wire } from "./reply";

function headers(requestId: string, { requestsLeft }: RateLimit): Record<string, string> {
  return {
    "apim-request-id": requestId,
    "x-request-id": `backend-${requestId}`,
    "x-ms-region": "Sweden Central",
    "x-ratelimit-remaining-requests": String(requestsLeft),
    "x-ratelimit-remaining-tokens": "29999000",
  };
}

/** OpenAI's models in Azure: the deployment stands in the path, the version in the query, the key in a header of its own. */
export const AZURE_OPENAI_WIRE: Wire = {
  ...OPENAI_WIRE,
  api: "azure-openai",
  path: /^\/openai\/deployments\/(?<model>[^/]+)\/chat\/completions$/,
  authenticate: (target, keys) => checkKey(headerOf(target, "api-key"), keys),
  parse: (body, { model, query }) => {
    if (!query.includes("api-version=")) throw new BadRequest("Resource not found", null, 404);
    return parseOpenAiRequest(body, "azure-openai", model);
  },
  answer: (ask, reply) => {
    const severity = { filtered: reply.ending === "filtered", severity: reply.ending === "filtered" ? "high" : "safe" };
    const body = completion(ask, reply);
    const choices = body.choices.map((choice) => ({ ...choice, content_filter_results: { hate: severity, violence: severity } }));
    return JSON.stringify({ ...body, choices, prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] });
  },
  stream: {
    ...CHAT_BREAKS,
    frames: (ask, reply) => {
      const style = chatStyle(ask, reply);
      const severity = { filtered: false, severity: "safe" };
      const before = [`data: ${JSON.stringify({ id: "", object: "", created: 0, model: "", prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: severity } }], choices: [] })}\n\n`];
      return chatFrames(ask, reply, { ...style, before, choiceFields: { ...style.choiceFields, content_filter_results: { hate: severity } } });
    },
  },
  error: (error) => (error.status === 413 ? { contentType: "text/html", text: "<html>Request Entity Too Large</html>" } : errorBody(error)),
  headers,
};
