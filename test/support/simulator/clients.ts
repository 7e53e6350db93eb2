import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { Simulator } from "./simulator";

/** The official SDKs against a simulator, without their own retries: a spec counts calls. */
export function openAi(simulator: Simulator, apiKey = "test-key"): OpenAI {
  return new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey, maxRetries: 0, logLevel: "off" });
}

export function anthropic(simulator: Simulator, apiKey = "test-key"): Anthropic {
  return new Anthropic({ baseURL: simulator.url, apiKey, maxRetries: 0, logLevel: "off" });
}
