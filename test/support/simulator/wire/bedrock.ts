import type { Ask } from "../ask";
import { eventFrame, exceptionFrame, frame } from "./aws-event-stream";
import { authenticateAws } from "./aws-signature";
import { parseConverseRequest } from "./bedrock-request";
import { retryAfterHeader } from "./http-habits";
import { BAD_GATEWAY, type ErrorBody, pieces, type ProviderError, type Reply, type Usage, type Wire } from "./reply";

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

const stopReasonOf = ({ ending, toolCalls }: Reply): string => (ending === "complete" && toolCalls.length > 0 ? "tool_use" : STOP_REASONS[ending]);

/** What is read from the cache or written to it is counted beside the input. */
function countsOf({ input, cacheRead, cacheWrite, output }: Usage): object {
  const cached = cacheRead + cacheWrite === 0 ? {} : { cacheReadInputTokens: cacheRead, cacheWriteInputTokens: cacheWrite };
  return { inputTokens: input, outputTokens: output, totalTokens: input + cacheRead + cacheWrite + output, ...cached };
}

function answer(_ask: Ask, reply: Reply): string {
  const { text, toolCalls, usage } = reply;
  const calls = toolCalls.map(({ id, name, arguments: input }) => ({ toolUse: { toolUseId: `tooluse_${id}`, name, input: JSON.parse(input) } }));
  return JSON.stringify({
    output: { message: { role: "assistant", content: [...(text === "" ? [] : [{ text }]), ...calls] } },
    stopReason: stopReasonOf(reply),
    usage: countsOf(usage),
    metrics: { latencyMs: 1 },
  });
}

function frames(_ask: Ask, reply: Reply): Uint8Array[] {
  let contentBlockIndex = 0;
  const list = [eventFrame("messageStart", { role: "assistant" })];
  const block = (start: object | null, deltas: readonly object[]): void => {
    if (start !== null) list.push(eventFrame("contentBlockStart", { contentBlockIndex, start }));
    for (const delta of deltas) list.push(eventFrame("contentBlockDelta", { contentBlockIndex, delta, p: "abcdefgh" }));
    list.push(eventFrame("contentBlockStop", { contentBlockIndex }));
    contentBlockIndex += 1;
  };
  // A text begins with its first piece, a call with its name.
  if (reply.text !== "") block(null, pieces(reply.text).map((text) => ({ text })));
  for (const { id, name, arguments: text } of reply.toolCalls) block({ toolUse: { toolUseId: `tooluse_${id}`, name } }, pieces(text).map((input) => ({ toolUse: { input } })));
  list.push(eventFrame("messageStop", { stopReason: stopReasonOf(reply) }), eventFrame("metadata", { usage: countsOf(reply.usage), metrics: { latencyMs: 1 } }));
  return list;
}

/** Amazon Bedrock's Converse, with signatures that are really checked. */
export const BEDROCK_WIRE: Wire = {
  api: "bedrock",
  path: /^\/model\/(?<model>[^/]+)\/(?:converse|converse-stream)$/,
  authenticate: authenticateAws,
  parse: parseConverseRequest,
  answer,
  stream: {
    frames,
    errorFrame: () => exceptionFrame("modelStreamErrorException", { message: "The model broke down.", originalStatusCode: 500 }),
    malformedFrame: frame({ ":message-type": "event", ":event-type": "contentBlockDelta", ":content-type": "application/json" }, '{"contentBlockIndex":0,"delta":{"te'),
    contentType: "application/vnd.amazon.eventstream",
  },
  error,
  errorHeaders: (failure) => ({ "x-amzn-errortype": exceptionOf(failure), ...retryAfterHeader(failure) }),
  brokenStatus: 500,
  headers: (requestId) => ({ "x-amzn-requestid": requestId }),
};
