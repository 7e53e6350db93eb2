import type { Content, FunctionCallingConfig, GenerateContentConfig, GenerateContentParameters, HttpOptions, Part } from "@google/genai";
import type { ProviderCall } from "@leverframe/execution";
import type { ChatMessage, ContentPart } from "@leverframe/prompt";
import { schemaOf } from "./output-schema";
import { takeImages } from "./takes";
import { argumentsOf } from "./tool-call-ids";

/** The API's way to say: this call's thoughts were not kept, or were another model's. Models from Gemini 3 on insist on it. */
const NO_SIGNATURE = "skip_thought_signature_validator";
const SIGNING_MODEL = /gemini-(?:[3-9]|\d\d)/;

/** The system prompt stands beside the conversation, whose other side is called `model`. */
export function generateParametersOf(call: ProviderCall, abortSignal: AbortSignal, httpOptions: HttpOptions): GenerateContentParameters {
  const { messages, temperature, outputSchema } = call;
  takeImages(call, (mediaType) => mediaType !== "image/gif");
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => ({ text: content }));
  return {
    model: call.deployment.providerModel,
    contents: contentsOf(messages, SIGNING_MODEL.test(call.deployment.providerModel)),
    config: {
      abortSignal,
      httpOptions,
      maxOutputTokens: call.maxOutputTokens,
      ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
      ...toolsOf(call),
      ...(temperature === null ? {} : { temperature }),
      ...(outputSchema === null ? {} : { responseMimeType: "application/json", responseJsonSchema: schemaOf(outputSchema) }),
    },
  };
}

/** Results of tools stand in one turn of the user and name the tool, which our messages do not: the call does. */
function contentsOf(messages: readonly ChatMessage[], signing: boolean): Content[] {
  const contents: Content[] = [];
  const names = new Map<string, string>();
  let results: Part[] | null = null;
  for (const message of messages) {
    const { role, content, parts, toolCalls = [] } = message;
    if (role === "system") continue;
    if (role !== "tool") {
      results = null;
      for (const { id, name } of toolCalls) names.set(id, name);
      const said = toolCalls.length > 0 && content === "" ? [] : (parts?.map(partOf) ?? [{ text: content }]);
      const signature = signing ? { thoughtSignature: NO_SIGNATURE } : {};
      const calls = toolCalls.map((call) => ({ functionCall: { name: call.name, args: argumentsOf(call) }, ...signature }));
      contents.push({ role: role === "assistant" ? "model" : "user", parts: [...said, ...calls] });
      continue;
    }
    if (results === null) contents.push({ role: "user", parts: (results = []) });
    results.push({ functionResponse: { name: names.get(message.toolCallId ?? "") ?? "", response: { output: content } } });
    results.push(...(parts ?? []).filter(({ type }) => type === "image").map(partOf));
  }
  return contents;
}

const partOf = (part: ContentPart): Part => (part.type === "text" ? { text: part.text } : { inlineData: { mimeType: part.image.mediaType, data: part.image.data } });

/** The SDK would call functions by itself, were there any to call. */
const NOT_BY_ITSELF = { automaticFunctionCalling: { disable: true } } as const;

function toolsOf({ tools, toolChoice = "auto" }: ProviderCall): Pick<GenerateContentConfig, "tools" | "toolConfig" | "automaticFunctionCalling"> {
  if (!tools) return NOT_BY_ITSELF;
  const functionDeclarations = tools.map(({ name, description, parameters }) => ({ name, ...(description === null ? {} : { description }), parametersJsonSchema: parameters }));
  const functionCallingConfig = (typeof toolChoice === "string" ? { mode: MODES[toolChoice] } : { mode: "ANY", allowedFunctionNames: [toolChoice.name] }) as FunctionCallingConfig;
  return { tools: [{ functionDeclarations }], toolConfig: { functionCallingConfig }, ...NOT_BY_ITSELF };
}

const MODES = { auto: "AUTO", required: "ANY", none: "NONE" } as const;
