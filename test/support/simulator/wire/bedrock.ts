import type { Ask } from "../ask";
import { authenticateAws } from "./aws-signature";
import { parseConverseRequest } from "./bedrock-request";
import { retryAfterHeader } from "./http-habits";
import { BAD_GATEWAY, type ErrorBody, type ProviderError, type Reply, type Wire } from "./reply";

const EXCEPTIONS: Readonly<Record<number, string>> = {
  400: "ValidationException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  408: "ModelTimeoutException",
  424: "ModelErrorException",
  429: "ThrottlingException",
  500: "InternalServerException",
  503: "ServiceUnavailableException",
};

const STOP_REASONS = { complete: "end_turn", truncated: "max_tokens", refused: "content_filtered", filtered: "guardrail_intervened" } as const;

function error({ status, message }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  return { contentType: "application/json", text: JSON.stringify({ message: message ?? "The request failed." }) };
}

function exceptionOf({ status, parameter }: ProviderError): string {
  if (parameter?.endsWith("Exception")) return parameter;
  return EXCEPTIONS[status] ?? (status < 500 ? "ValidationException" : "InternalServerException");
}

function answer(_ask: Ask, { text, ending, usage }: Reply): string {
  const inputTokens = usage.input + usage.cacheRead + usage.cacheWrite;
  const content = text === "" ? [] : [{ text }];
  return JSON.stringify({
    output: { message: { role: "assistant", content } },
    stopReason: STOP_REASONS[ending],
    usage: { inputTokens, outputTokens: usage.output, totalTokens: inputTokens + usage.output },
    metrics: { latencyMs: 1 },
  });
}

/** Amazon Bedrock's Converse, with signatures that are really checked. */
export const BEDROCK_WIRE: Wire = {
  api: "bedrock",
  path: /^\/model\/(?<model>[^/]+)\/converse$/,
  authenticate: authenticateAws,
  parse: parseConverseRequest,
  answer,
  stream: null,
  error,
  errorHeaders: (failure) => ({ "x-amzn-errortype": exceptionOf(failure), ...retryAfterHeader(failure) }),
  brokenStatus: 500,
  headers: (requestId) => ({ "x-amzn-requestid": requestId }),
};
