import { errorBody, plainCompletion, toolCallsBody } from "./openai";
import { parseOpenAiRequest } from "./openai-request";
import { chatFrames } from "./openai-stream";
import type { Wire } from "./reply";

const THOUGHTS = "Weighing what was asked.";

/**
 * A server that speaks chat completions as vLLM, Ollama and llama.cpp do where they differ from OpenAI: it wants no key,
 * counts nothing, gives no ids to requests or tool calls, shows the model's thoughts, and ends a stream without a word.
 */
export const COMPATIBLE_WIRE: Wire = {
  api: "compatible",
  path: /^\/v1\/chat\/completions$/,
  authenticate: () => undefined,
  parse: (body) => parseOpenAiRequest(body, "compatible"),
  answer: (ask, reply) => {
    const body = plainCompletion(ask, reply);
    const calls = toolCallsBody(reply, "").map(({ type, function: asked }) => ({ type, function: asked }));
    const message = { role: "assistant", content: reply.text, reasoning_content: THOUGHTS, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
    return JSON.stringify({ ...body, choices: body.choices.map((choice) => ({ ...choice, message })) });
  },
  stream: {
    frames: (ask, reply) =>
      chatFrames(ask, reply, {
        head: { object: "chat.completion.chunk", created: reply.createdSeconds, model: ask.model },
        usage: null,
        usageIn: "own-chunk",
        refusals: false,
        thoughts: "reasoning_content",
        toolCalls: "whole",
        toolCallIdPrefix: null,
        fieldStart: "data:",
        done: false,
      }),
    errorFrame: () => 'data:{"error":{"message":"the slot was taken","type":"server_error","code":500}}\n\n',
    malformedFrame: 'data:{"choices":[{"delta":{"conte\n\n',
  },
  error: errorBody,
  brokenStatus: 500,
  headers: () => ({}),
};
