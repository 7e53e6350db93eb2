import type { Provider } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import type { FinishReason, ProviderCall, ProviderErrorKind } from "@leverframe/execution";
import type OpenAI from "openai";
import type { ClientOptions } from "openai";
import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import type { ErrorReading, ErrorRules } from "./error-mapping";
import type { RateLimitHeaders } from "./rate-limit";

export interface AnswerHeaders {
  get(name: string): string | null;
}

/** What the wire's body may hold beyond OpenAI's own fields. */
export type ChatBody = ChatCompletionCreateParamsNonStreaming & Readonly<Record<string, unknown>>;

/** How one provider speaks the chat completions that OpenAI began and many took over. */
export interface ChatDialect {
  /** Null: the catalog must give one. */
  readonly baseUrl: string | null;
  readonly bodyOf: (call: ProviderCall) => ChatBody;
  readonly usageOf: (completion: ChatCompletion) => Usage | null;
  /** Endings that the wire tells in other words than OpenAI's. */
  readonly finishReasons?: Readonly<Record<string, FinishReason>>;
  /** Endings of an answer that did not come to be. */
  readonly failedEndings?: Readonly<Record<string, ProviderErrorKind>>;
  /** What to add below the model's text. */
  readonly appendixOf?: (completion: ChatCompletion, call: ProviderCall) => string;
  /** A failure told in the body of a 200. */
  readonly failureIn?: (completion: ChatCompletion) => ErrorReading | null;
  /** The header with the request's id, of an answer and of an error; `x-request-id` when absent. */
  readonly requestIdHeader?: string;
  /** The id where no header has it. */
  readonly requestIdOf?: (completion: ChatCompletion) => string | null;
  readonly regionOf?: (headers: AnswerHeaders) => string | null;
  readonly rateLimit?: RateLimitHeaders;
  readonly readError?: (thrown: unknown) => ErrorReading;
  readonly errors?: ErrorRules;
  /** At the provider's own address, organization and project are those of OPENAI_ORG_ID and OPENAI_PROJECT_ID. */
  readonly organizationFromEnvironment?: boolean;
  /** Opens the SDK's client; `key` is null for a server that wants none. */
  readonly open?: (provider: Provider, key: string | null, options: ClientOptions) => OpenAI;
  /** What a body says, beside `stream`, to get a stream with its usage; OpenAI's `stream_options` when absent. */
  readonly streamFields?: Readonly<Record<string, unknown>>;
  /** The header of a key that overrides the client's. */
  readonly keyHeader?: (key: string) => readonly [name: string, value: string];
}

export const bearer = (key: string): readonly [string, string] => ["authorization", `Bearer ${key}`];

/** Some servers tell an error without the `error` around it, which alone the SDK reads. */
export const withError = (error: object): object => (typeof error === "object" && error !== null && !("error" in error) ? { error } : error);
