import type { Output } from "@leverframe/events";
import type { Obligations } from "@leverframe/permit";
import type { ChatPrompt } from "@leverframe/prompt";
import type { CallFailure } from "./permit-check";

/** A prompt that may be sent, and how an answer to it is made one to the prompt as it was asked. */
export interface RedactedPrompt {
  readonly prompt: ChatPrompt;
  readonly restore: (output: Output) => Output;
}

/**
 * Takes out of a prompt what the permit says must not reach a provider, or says why that cannot be done. Pure: every
 * attempt, on whatever machine, sends the same bytes, and the kept outcome is restored to the same answer.
 */
export type RedactPrompt = (prompt: ChatPrompt, outputSchema: string | null, terms: Pick<Obligations, "redact" | "responsePolicies">) => RedactedPrompt | CallFailure;
