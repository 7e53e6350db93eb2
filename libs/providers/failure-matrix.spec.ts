import { FAILURE_KINDS, type FailureKind, failureOf } from "../../test/support/simulator";
import { describeFailures, type WireName } from "./failure-matrix.conformance";

/** A model that the simulator serves over each wire. */
const MODELS: Readonly<Record<WireName, string>> = {
  openai: "gpt-5.4-mini",
  anthropic: "claude-haiku-4-5",
  "azure-openai": "gpt-5.4-mini",
  bedrock: "anthropic.claude-haiku-4-5-v1:0",
  gemini: "gemini-3-flash",
  vertex: "gemini-3-pro",
  mistral: "mistral-medium-3",
  cohere: "command-a-03-2025",
  deepseek: "deepseek-chat",
  huggingface: "meta-llama/Llama-3.3-70B-Instruct:nebius",
  openrouter: "meta-llama/llama-3.3-70b-instruct",
  perplexity: "sonar",
  compatible: "qwen3:8b",
};

const NAMES = Object.keys(MODELS) as readonly WireName[];
for (const name of NAMES) describeFailures(name, MODELS[name]);

it("the simulator has an error for every kind that a status can tell, at one provider at least", () => {
  const told = (kind: FailureKind): boolean => NAMES.some((name) => failureOf(name, kind) !== null);
  expect(FAILURE_KINDS.filter((kind) => !told(kind))).toEqual([]);
});
