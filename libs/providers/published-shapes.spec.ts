import path from "node:path";
import type { ProviderApiName } from "@leverframe/catalog";
import * as openrouter from "@openrouter/sdk/models";
import { answerOf, errorOf, FAILURE_KINDS, failureOf, type Reply, streamOf } from "../../test/support/simulator";
import { AwsEventReader } from "./aws-event-stream";
import { EventReader } from "./server-sent-events";
import { type Claim, wrongClaims } from "./testing/published-types";

type Name = ProviderApiName | "compatible";

/** Where a wire's description is found; the types are asked by the compiler, with the names of `PREFACE`. */
interface Published {
  readonly source: string;
  readonly answer: string;
  readonly event: string;
  /** Null: no description of errors was found. */
  readonly error: string | null;
  readonly exact: boolean;
}

const PREFACE = `
import type { ChatCompletion, ChatCompletionChunk } from "openai/resources/chat/completions";
import type { ErrorObject } from "openai/resources/shared";
import type { ErrorResponse, Message, RawMessageStreamEvent } from "@anthropic-ai/sdk/resources";
import type { ConverseResponse, ConverseStreamOutput, ConverseStreamTrace } from "@aws-sdk/client-bedrock-runtime";
import type * as aws from "@aws-sdk/client-bedrock-runtime";
import type { GenerateContentResponse } from "@google/genai";
import type { V2ChatResponse } from "./node_modules/cohere-ai/serialization/resources/v2/types/V2ChatResponse";
import type { V2ChatStreamResponse } from "./node_modules/cohere-ai/serialization/resources/v2/types/V2ChatStreamResponse";
import type { ChatCompletionOutput, ChatCompletionStreamOutput } from "@huggingface/tasks";
import type Perplexity from "@perplexity-ai/perplexity_ai";
type OpenAiError = { error: ErrorObject };
type Parts<T> = T extends readonly (infer Item)[] ? Parts<Item>[] : T extends object ? { [K in keyof T]?: Parts<T[K]> } & { readonly [own: string]: unknown } : T;
type Enums<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Enums<T[K]> } : T;
type Nulls<T> = T extends object ? { [K in keyof T]: undefined extends T[K] ? Nulls<T[K]> | null : Nulls<T[K]> } : T;
type Generated = Enums<Pick<GenerateContentResponse, "candidates" | "modelVersion" | "promptFeedback" | "responseId" | "usageMetadata">>;
type AwsError = { name: keyof typeof aws; message: string };
`;

const OWN: Readonly<Partial<Record<Name, Published>>> = {
  openai: { source: "the types of openai", answer: "ChatCompletion", event: "ChatCompletionChunk | OpenAiError", error: "OpenAiError", exact: true },
  anthropic: { source: "the types of @anthropic-ai/sdk", answer: "Message", event: 'RawMessageStreamEvent | ErrorResponse | { type: "ping" }', error: "ErrorResponse", exact: true },
  bedrock: { source: "the types of @aws-sdk/client-bedrock-runtime", answer: 'Omit<ConverseResponse, "$metadata">', event: "ConverseStreamOutput", error: "AwsError", exact: true },
  gemini: { source: "the types of @google/genai", answer: "Generated", event: "Generated", error: null, exact: true },
  vertex: { source: "the types of @google/genai", answer: "Generated", event: "Generated", error: null, exact: true },
  cohere: { source: "the serialised types of cohere-ai", answer: "V2ChatResponse.Raw", event: "V2ChatStreamResponse.Raw", error: null, exact: false },
  huggingface: { source: "the types of @huggingface/tasks", answer: "Nulls<ChatCompletionOutput>", event: "Nulls<ChatCompletionStreamOutput>", error: null, exact: false },
  perplexity: { source: "the types of @perplexity-ai/perplexity_ai", answer: "Perplexity.StreamChunk", event: "Perplexity.StreamChunk", error: null, exact: false },
};

/** Wires whose own description was not found, or is not installed: what they took over from OpenAI is as OpenAI has it. */
const TAKEN_OVER: Readonly<Partial<Record<Name, string>>> = {
  "azure-openai": "no types of its additions are published",
  mistral: "@mistralai/mistralai wants another OpenTelemetry than ours; the schemas of 2.7.0 were asked once, by hand",
  deepseek: "nothing is published",
  compatible: "every server has its own",
};

const usage = { input: 9, cacheRead: 4, cacheWrite: 2, output: 7, reasoning: 3 };
const REPLY: Reply = { id: "a1b2c3", createdSeconds: 1_780_000_000, text: "It rains in Bern, and the train leaves at nine.", toolCalls: [], ending: "complete", usage };
const toolCalls = [{ id: "call00001", name: "get_weather", arguments: '{"city":"Bern"}' }];
const REPLIES: readonly Reply[] = [
  REPLY,
  { ...REPLY, ending: "truncated" },
  { ...REPLY, ending: "refused" },
  { ...REPLY, ending: "filtered" },
  { ...REPLY, text: "", toolCalls },
];

/** The JSON of each event; of Bedrock's, under the event's name. */
function eventsOf(api: Name, reply: Reply): unknown[] {
  const bytes = Buffer.concat(streamOf(api, reply).map((part) => Buffer.from(part)));
  const events: unknown[] = [];
  if (api === "bedrock") {
    const reader = new AwsEventReader();
    reader.push(bytes);
    // `p` pads an event against guesses by its length; the description leaves it out.
    for (let event = reader.next(); event; event = reader.next()) events.push({ [event.name]: { ...JSON.parse(event.payload), p: undefined } });
    return events;
  }
  const reader = new EventReader();
  reader.push(bytes);
  for (let data = reader.next(); data !== null; data = reader.next()) if (data !== "[DONE]") events.push(JSON.parse(data));
  return events;
}

/** Not 413: Anthropic's `request_too_large` is documented, and not among its types. */
const STATUSES = [400, 401, 403, 404, 429, 500, 503, 504, 529];

/** Each wire's errors that are JSON; AWS has the name in a header. */
function errorsOf(api: Name): unknown[] {
  const told = FAILURE_KINDS.flatMap((kind) => {
    const failure = failureOf(api, kind);
    if (failure === null) return [];
    const body = typeof failure.body === "function" ? failure.body("req_1") : failure.body;
    const name = failure.headers?.["x-amzn-errortype"];
    return typeof body === "string" ? [] : [name === undefined ? body : { name, ...body }];
  });
  return api === "bedrock" ? told : [...told, ...STATUSES.map((status) => JSON.parse(errorOf(api, status)) as unknown)];
}

const answersOf = (api: Name): unknown[] => REPLIES.map((reply) => JSON.parse(answerOf(api, reply)) as unknown);
const allEventsOf = (api: Name): unknown[] => REPLIES.flatMap((reply) => eventsOf(api, reply));

function claimsOf(api: Name, { answer, event, error, exact }: Published): Claim[] {
  const claims = (what: string, type: string, values: readonly unknown[]): Claim[] => values.map((json, index) => ({ what: `${api}: ${what} ${index}`, json, type, exact }));
  return [...claims("answer", answer, answersOf(api)), ...claims("event", event, allEventsOf(api)), ...(error === null ? [] : claims("error", error, errorsOf(api)))];
}

const OPENAI_PARTS: Published = { source: "", answer: "Parts<ChatCompletion>", event: "Parts<ChatCompletionChunk>", error: null, exact: false };
/** Azure's first event, of the prompt's filter, is no chunk: https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter */
const isChunk = ({ json }: Claim): boolean => (json as { object?: unknown }).object !== "";
const names = (table: object): Name[] => Object.keys(table) as Name[];

/** The compiler reads eight SDKs' types, on cores that it may have to share. */
const COMPILE_MS_MAX = 120_000;

describe("the simulator's wires against what their providers publish", () => {
  let wrong: readonly string[];
  // A type that the compiler could not find would take anything.
  const types = [...Object.values(OWN), OPENAI_PARTS].flatMap(({ answer, event, error }) => [answer, event, ...(error === null ? [] : [error])]);
  const astray = types.map((type): Claim => ({ what: `astray: ${type}`, json: 7, type, exact: true }));
  beforeAll(() => {
    const own = names(OWN).flatMap((api) => claimsOf(api, OWN[api]!));
    const takenOver = names(TAKEN_OVER).flatMap((api) => claimsOf(api, OPENAI_PARTS)).filter(isChunk);
    wrong = wrongClaims(path.resolve(import.meta.dirname, "../.."), PREFACE, [...own, ...takenOver, ...astray]);
  }, COMPILE_MS_MAX);
  const wrongOf = (api: string): string[] => wrong.filter((message) => message.startsWith(`${api}: `));

  it("a value that is of no type at all is noticed by each, and nothing but values is wrong", () => {
    for (const { what } of astray) expect(wrong.some((message) => message.startsWith(`${what}: `)) || what).toBe(true);
    const apis = [...names(OWN), ...names(TAKEN_OVER), "astray"];
    expect(wrong.filter((message) => !apis.some((api) => message.startsWith(`${api}: `)))).toEqual([]);
  });

  for (const api of names(OWN)) {
    const { source, error } = OWN[api]!;
    it(`${api}: answers, events${error === null ? "" : " and errors"} are of ${source}${error === null ? " (errors: nothing is published)" : ""}`, () => {
      expect(wrongOf(api)).toEqual([]);
    });
  }

  for (const api of names(TAKEN_OVER)) {
    it(`${api}: what its answers and events have of OpenAI's is of the types of openai (of its own: ${TAKEN_OVER[api]})`, () => {
      expect(wrongOf(api)).toEqual([]);
    });
  }
});

/** OpenRouter publishes schemas that can be asked themselves. */
describe("openrouter's wire against the schemas of @openrouter/sdk", () => {
  const accepted = (parsed: { readonly ok: boolean; readonly error?: unknown }): void => expect(parsed).toMatchObject({ ok: true });

  it("answers", () => {
    for (const answer of answersOf("openrouter")) accepted(openrouter.chatResultFromJSON(JSON.stringify(answer)));
  });

  it("events", () => {
    for (const event of allEventsOf("openrouter")) accepted(openrouter.chatStreamChunkFromJSON(JSON.stringify(event)));
  });

  it("errors", () => {
    for (const body of errorsOf("openrouter")) accepted(openrouter.badRequestResponseErrorDataFromJSON(JSON.stringify((body as { error: unknown }).error)));
  });

  it("a chunk that is none is noticed", () => {
    expect(openrouter.chatStreamChunkFromJSON('{"id":"gen-1","choices":{}}')).toMatchObject({ ok: false });
  });
});
