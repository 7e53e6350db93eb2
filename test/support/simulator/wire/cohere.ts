import { type Ask, type AskedFormat, BadRequest, contentText, isObject, type JsonObject, positiveInteger, toAsk } from "../ask";
import { authenticateBearer, retryAfterHeader } from "./http-habits";
import { cacheablePrefix } from "./openai-request";
import { openAiTooling } from "./openai-tools";
import { BAD_GATEWAY, type ErrorBody, pieces, type ProviderError, type Reply, type ReplyToolCall, type Usage, type Wire } from "./reply";

const ROLES: ReadonlySet<unknown> = new Set(["system", "user", "assistant", "tool"]);

function formatOf(body: JsonObject): AskedFormat {
  const format = body["response_format"];
  if (!isObject(format) || format["type"] !== "json_object") return { kind: "text" };
  const schema = format["json_schema"] ?? format["schema"];
  return isObject(schema) ? { kind: "schema", schema } : { kind: "json" };
}

/** Tools are declared and called as in OpenAI's wire, but no certain one can be insisted on. */
function choiceOf(choice: unknown): string | undefined {
  if (choice !== undefined && choice !== "REQUIRED" && choice !== "NONE") throw new BadRequest("invalid request: tool_choice must be REQUIRED or NONE");
  return choice?.toLowerCase();
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
    const text = contentText(message["content"] ?? message["tool_plan"]);
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
    tooling: openAiTooling({ ...body, tool_choice: choiceOf(body["tool_choice"]) }, messages as JsonObject[], Infinity),
  });
}

function error({ status, message, requestId }: ProviderError): ErrorBody {
  if (status === 502) return BAD_GATEWAY;
  const words = message ?? (status === 401 ? "invalid api token" : "the request failed");
  return { contentType: "application/json", text: JSON.stringify({ id: requestId, message: words }) };
}

/** What Cohere puts around the prompt itself is counted and not billed. */
function usageBody(usage: Usage): object {
  const counted = { input_tokens: usage.input + usage.cacheRead + usage.cacheWrite, output_tokens: usage.output };
  return { billed_units: counted, tokens: { input_tokens: counted.input_tokens + 70, output_tokens: counted.output_tokens }, cached_tokens: usage.cacheRead };
}

function finishReason({ ending, toolCalls }: Reply): string {
  if (ending === "truncated") return "MAX_TOKENS";
  return toolCalls.length > 0 ? "TOOL_CALL" : "COMPLETE";
}

const callBody = ({ id, name }: ReplyToolCall, text: string): object => ({ id: `${name}_${id}`, type: "function", function: { name, arguments: text } });

function answer(_ask: Ask, reply: Reply, requestId: string): string {
  const { text, toolCalls } = reply;
  const said = toolCalls.length > 0 ? { tool_plan: text, tool_calls: toolCalls.map((call) => callBody(call, call.arguments)) } : { content: text === "" ? [] : [{ type: "text", text }] };
  return JSON.stringify({ id: requestId, finish_reason: finishReason(reply), message: { role: "assistant", ...said }, usage: usageBody(reply.usage) });
}

const event = (type: string, fields: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const inMessage = (message: object): object => ({ delta: { message } });

function frames(_ask: Ask, reply: Reply, requestId: string): string[] {
  const { text, toolCalls, usage } = reply;
  const list = [event("message-start", { id: requestId, ...inMessage({ role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] }) })];
  if (toolCalls.length > 0) {
    for (const piece of pieces(text)) list.push(event("tool-plan-delta", inMessage({ tool_plan: piece })));
  } else {
    list.push(event("content-start", { index: 0, ...inMessage({ content: { type: "text", text: "" } }) }));
    for (const piece of pieces(text)) list.push(event("content-delta", { index: 0, ...inMessage({ content: { text: piece } }) }));
    list.push(event("content-end", { index: 0 }));
  }
  toolCalls.forEach((call, index) => {
    list.push(event("tool-call-start", { index, ...inMessage({ tool_calls: callBody(call, "") }) }));
    for (const piece of pieces(call.arguments)) list.push(event("tool-call-delta", { index, ...inMessage({ tool_calls: { function: { arguments: piece } } }) }));
    list.push(event("tool-call-end", { index }));
  });
  list.push(event("message-end", { id: requestId, delta: { finish_reason: finishReason(reply), usage: usageBody(usage) } }), "data: [DONE]\n\n");
  return list;
}

/** Cohere's chat, version 2. A refusal is a text as any other. */
export const COHERE_WIRE: Wire = {
  api: "cohere",
  path: /^\/v2\/chat$/,
  authenticate: authenticateBearer,
  parse,
  answer,
  stream: {
    frames,
    errorFrame: (requestId) => event("message-end", { id: requestId, delta: { finish_reason: "ERROR", error: "the model broke down" } }),
    malformedFrame: 'event: content-delta\ndata: {"type":"content-delta","index":0,"delta":{"message":{"conte\n\n',
  },
  error,
  errorHeaders: retryAfterHeader,
  brokenStatus: 500,
  headers: () => ({ "x-api-version": "2" }),
};
