import { type Ask, toAsk } from "../ask";
import type { Api } from "../model-profile";
import { ANTHROPIC_WIRE } from "./anthropic";
import { AZURE_OPENAI_WIRE } from "./azure-openai";
import { BEDROCK_WIRE } from "./bedrock";
import { COHERE_WIRE } from "./cohere";
import { COMPATIBLE_WIRE } from "./compatible";
import { DEEPSEEK_WIRE } from "./deepseek";
import { GEMINI_WIRE } from "./gemini";
import { HUGGINGFACE_WIRE } from "./huggingface";
import { MISTRAL_WIRE } from "./mistral";
import { OPENAI_WIRE } from "./openai";
import { OPENROUTER_WIRE } from "./openrouter";
import { PERPLEXITY_WIRE } from "./perplexity";
import type { Part, Reply, Wire } from "./reply";
import { VERTEX_WIRE } from "./vertex";

const WIRES: Readonly<Record<Api, Wire>> = {
  openai: OPENAI_WIRE,
  anthropic: ANTHROPIC_WIRE,
  "azure-openai": AZURE_OPENAI_WIRE,
  bedrock: BEDROCK_WIRE,
  gemini: GEMINI_WIRE,
  vertex: VERTEX_WIRE,
  mistral: MISTRAL_WIRE,
  cohere: COHERE_WIRE,
  deepseek: DEEPSEEK_WIRE,
  huggingface: HUGGINGFACE_WIRE,
  openrouter: OPENROUTER_WIRE,
  perplexity: PERPLEXITY_WIRE,
  compatible: COMPATIBLE_WIRE,
};

const askOf = (api: Api): Ask =>
  toAsk({ api, model: "m", stream: true, includeUsage: true, outputTokensMax: null, format: { kind: "text" }, texts: ["Hi"], question: "Hi", cacheable: null });

/** How a wire streams that reply to a plain question. */
export function streamOf(api: Api, reply: Reply): readonly Part[] {
  return WIRES[api].stream?.frames(askOf(api), reply, "req_1") ?? [];
}

/** How a wire gives that reply to a plain question. */
export const answerOf = (api: Api, reply: Reply): string => WIRES[api].answer(askOf(api), reply, "req_1");

/** The body of a wire's error by status. */
export const errorOf = (api: Api, status: number): string => WIRES[api].error({ status, requestId: "req_1" }).text;

/** Where a path leads. */
export interface Route {
  readonly wire: Wire;
  readonly provider: string | null;
  readonly model: string | null;
}

/** `[/<provider>]/_<wire>/…`, or `[/<provider>]/v1/…` for OpenAI's and Anthropic's, which tests use most. */
const NAMED = /^(?:\/([\w.-]+))?\/_([\w-]+)(\/.+)$/;
const UNNAMED = /^(?:\/([\w.-]+))?(\/v1\/(?:chat\/completions|messages))$/;

/** Null for a path that no wire has. */
export function routeOf(path: string): Route | null {
  const named = NAMED.exec(path);
  if (named !== null) {
    const [, provider = null, api = "", own = ""] = named;
    const wire = Object.hasOwn(WIRES, api) ? WIRES[api as Api] : undefined;
    const match = wire?.path.exec(own);
    return wire && match ? { wire, provider, model: match.groups?.["model"] ?? null } : null;
  }
  const unnamed = UNNAMED.exec(path);
  if (unnamed === null) return null;
  const wire = unnamed[2]?.endsWith("messages") ? ANTHROPIC_WIRE : OPENAI_WIRE;
  return { wire, provider: unnamed[1] ?? null, model: null };
}
