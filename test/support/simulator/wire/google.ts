import type { Ask } from "../ask";
import { parseGoogleRequest } from "./google-request";
import { BAD_GATEWAY, type ErrorBody, pieces, type ProviderError, type Reply, type ReplyToolCall, type Usage, type Wire } from "./reply";

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

const BLOCKED = { finishReason: "SAFETY", index: 0, safetyRatings: [{ category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true }] };

const callPart = ({ name, arguments: text }: ReplyToolCall): object => ({ functionCall: { name, args: JSON.parse(text) }, thoughtSignature: "c2lnbmF0dXJl" });

function candidateOf({ ending, text, toolCalls }: Reply): object {
  if (ending === "filtered") return BLOCKED;
  const parts = [...(text === "" ? [] : [{ text }]), ...toolCalls.map(callPart)];
  return { content: { role: "model", parts }, finishReason: ending === "truncated" ? "MAX_TOKENS" : "STOP", index: 0 };
}

function usageMetadataOf({ input, cacheRead, cacheWrite, output, reasoning }: Usage): object {
  const promptTokenCount = input + cacheRead + cacheWrite;
  return {
    promptTokenCount,
    candidatesTokenCount: output - reasoning,
    ...(cacheRead === 0 ? {} : { cachedContentTokenCount: cacheRead }),
    ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
    totalTokenCount: promptTokenCount + output,
  };
}

function answer(ask: Ask, reply: Reply, requestId: string): string {
  const said = reply.ending === "refused" ? { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } } : { candidates: [candidateOf(reply)] };
  return JSON.stringify({ ...said, usageMetadata: usageMetadataOf(reply.usage), modelVersion: ask.model, responseId: requestId });
}

const event = (body: object): string => `data: ${JSON.stringify(body)}\r\n\r\n`;

/** Each event is a response of its own with the next parts; the last tells the ending. A function call comes whole. */
function frames(ask: Ask, reply: Reply, requestId: string): string[] {
  const { ending, text, toolCalls, usage } = reply;
  const tail = { modelVersion: ask.model, responseId: requestId };
  const usageMetadata = usageMetadataOf(usage);
  if (ending === "refused") return [event({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata, ...tail })];
  const parts = [
    ...(usage.reasoning === 0 ? [] : [{ text: "Weighing what was asked.", thought: true }]),
    ...pieces(text).map((piece) => ({ text: piece })),
    ...toolCalls.map(callPart),
  ];
  const { promptTokenCount } = usageMetadata as { promptTokenCount: number };
  const soFar = { promptTokenCount, totalTokenCount: promptTokenCount };
  const last = ending === "filtered" ? BLOCKED : { content: { role: "model", parts: [{ text: "" }] }, finishReason: ending === "truncated" ? "MAX_TOKENS" : "STOP", index: 0 };
  return [
    ...parts.map((part) => event({ candidates: [{ content: { role: "model", parts: [part] }, index: 0 }], usageMetadata: soFar, ...tail })),
    event({ candidates: [last], usageMetadata, ...tail }),
  ];
}

/** What the Gemini API and Vertex AI have in common. Neither tells a request id with an error. */
export function googleWire(parts: Pick<Wire, "api" | "path" | "authenticate">): Wire {
  return {
    ...parts,
    parse: (body, target) => parseGoogleRequest(body, target, parts.api),
    answer,
    stream: {
      frames,
      errorFrame: () => event(JSON.parse(error({ status: 503, requestId: "" }).text) as object),
      malformedFrame: 'data: {"candidates":[{"content":{"parts":[{"te\r\n\r\n',
    },
    error,
    brokenStatus: 500,
    headers: () => ({ server: "scaffolding on HTTPServer2" }),
  };
}
