import type { Ask } from "../ask";
import { parseGoogleRequest } from "./google-request";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type Reply, type Wire } from "./reply";

/** `google.rpc.Code` by HTTP status: https://google.aip.dev/193 */
const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const TYPE = "type.googleapis.com/google.rpc";

function error({ status, message, parameter, retryAfterSeconds }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  const details = [
    ...(parameter === "API_KEY_INVALID" ? [{ "@type": `${TYPE}.ErrorInfo`, reason: parameter, domain: "googleapis.com" }] : []),
    // How long to wait stands in the body, in no header.
    ...(retryAfterSeconds === undefined ? [] : [{ "@type": `${TYPE}.RetryInfo`, retryDelay: `${retryAfterSeconds}s` }]),
  ];
  const words = { code: status, message: message ?? "The request failed.", status: STATUSES[status] ?? (status < 500 ? "INVALID_ARGUMENT" : "INTERNAL") };
  return { contentType: "application/json; charset=UTF-8", text: JSON.stringify({ error: { ...words, ...(details.length > 0 ? { details } : {}) } }) };
}

function candidateOf({ ending, text }: Reply): object {
  if (ending === "filtered") return { finishReason: "SAFETY", index: 0, safetyRatings: [{ category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true }] };
  const parts = text === "" ? [] : [{ text }];
  return { content: { role: "model", parts }, finishReason: ending === "truncated" ? "MAX_TOKENS" : "STOP", index: 0 };
}

function answer(ask: Ask, reply: Reply, requestId: string): string {
  const { input, cacheRead, cacheWrite, output, reasoning } = reply.usage;
  const promptTokenCount = input + cacheRead + cacheWrite;
  const usageMetadata = {
    promptTokenCount,
    candidatesTokenCount: output - reasoning,
    ...(cacheRead === 0 ? {} : { cachedContentTokenCount: cacheRead }),
    ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
    totalTokenCount: promptTokenCount + output,
  };
  const said = reply.ending === "refused" ? { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } } : { candidates: [candidateOf(reply)] };
  return JSON.stringify({ ...said, usageMetadata, modelVersion: ask.model, responseId: requestId });
}

/** What the Gemini API and Vertex AI have in common. Neither tells a request id with an error. */
export function googleWire(parts: Pick<Wire, "api" | "path" | "authenticate">): Wire {
  return {
    ...parts,
    parse: (body, target) => parseGoogleRequest(body, target, parts.api),
    answer,
    stream: null,
    error,
    brokenStatus: 500,
    headers: () => ({ server: "scaffolding on HTTPServer2" }),
  };
}
