import type { Request } from "@leverframe/events";
import { uuidv7 } from "@leverframe/nest";
import { writeChatPrompt } from "@leverframe/prompt";

/** A request's fields, all optional, and its prompt as text. */
export type RequestDraft = Partial<Omit<Request, "prompt">> & { readonly text?: string; readonly prompt?: Uint8Array };

/** A complete request of the Sales department that any tier may answer. */
export function requestOf({ text = "Hello, how are you today?", prompt, ...fields }: RequestDraft = {}): Request {
  return {
    requestId: uuidv7(),
    idempotencyKey: null,
    tenant: null,
    department: "Sales",
    user: null,
    route: null,
    taskType: null,
    riskClass: null,
    latencyClass: null,
    deadlineAt: null,
    attributes: {},
    maxOutputTokens: 64,
    temperature: null,
    outputSchema: null,
    requiredSections: [], agentRun: null, stream: false,
    prompt: prompt ?? writeChatPrompt({ messages: [{ role: "user", content: text }] }),
    ...fields,
  };
}
