import { type APIError, AzureOpenAI } from "openai";
import { usageOf } from "./chat-answer";
import { chatOf, jsonSchemaFormat } from "./chat-body";
import { type ChatDialect, withError } from "./chat-dialect";

/** The last version of the API that is dated and generally available; a catalog may name another. */
const API_VERSION = "2024-10-21";

/**
 * OpenAI's models in a resource of Azure: `baseUrl` is the resource's endpoint, and the deployment's `providerModel` is
 * what the resource calls its deployment.
 */
export const AZURE_OPENAI: ChatDialect = {
  baseUrl: null,
  bodyOf: (call) => ({ ...chatOf(call), max_completion_tokens: call.maxOutputTokens, ...jsonSchemaFormat(call) }),
  usageOf,
  requestIdHeader: "apim-request-id",
  regionOf: (headers) => headers.get("x-ms-region"),
  rateLimit: { requests: "x-ratelimit-remaining-requests", tokens: "x-ratelimit-remaining-tokens" },
  errors: { identifiers: { ResponsibleAIPolicyViolation: "safety_blocked", DeploymentNotFound: "unavailable" } },
  keyHeader: (key) => ["api-key", key],
  open: (provider, key, { provider: _provider, ...options }) =>
    new AzureClient({
      ...options,
      apiKey: key ?? "none",
      baseURL: `${(provider.baseUrl ?? "").replace(/\/+$/, "")}/openai`,
      apiVersion: provider.settings?.["apiVersion"] ?? API_VERSION,
      ...(key === null ? { defaultHeaders: { "api-key": null } } : {}),
    }),
};

/** The gateway before the models tells its own errors bare. */
class AzureClient extends AzureOpenAI {
  protected override makeStatusError(status: number, error: object, message: string | undefined, headers: Headers): APIError {
    return super.makeStatusError(status, withError(error), message, headers);
  }
}
