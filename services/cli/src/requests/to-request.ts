import type { Request } from "@leverframe/events";
import { MICROS_PER_SECOND } from "@leverframe/kernel";
import { writeChatPrompt } from "@leverframe/prompt";
import type { FriendlyRequest } from "./request-fields";

/** What the command line says for every request that does not say it itself. */
export type RequestDefaults = Pick<FriendlyRequest, "department" | "user" | "taskType" | "riskClass" | "latencyClass" | "route" | "maxOutputTokens" | "stream">;

/** The event for a friendly request. `newId` serves those that bring no id. */
export function toRequest(friendly: FriendlyRequest, defaults: RequestDefaults, newId: () => string, nowMicros: number): Request {
  const { text = "", messages = [{ role: "user", content: text }], outputSchema, deadlineSeconds } = friendly;
  const { department, user, taskType, riskClass, latencyClass, route, maxOutputTokens, stream } = { ...defaults, ...friendly };
  return {
    requestId: friendly.requestId ?? newId(),
    idempotencyKey: friendly.idempotencyKey ?? null,
    tenant: friendly.tenant ?? null,
    department: department ?? null,
    user: user ?? null,
    route: route ?? null,
    taskType: taskType ?? null,
    riskClass: riskClass ?? null,
    latencyClass: latencyClass ?? null,
    deadlineAt: deadlineSeconds === undefined ? null : nowMicros + Math.round(deadlineSeconds * MICROS_PER_SECOND),
    attributes: friendly.attributes ?? {},
    maxOutputTokens: maxOutputTokens ?? null,
    temperature: friendly.temperature ?? null,
    outputSchema: outputSchema === undefined ? null : JSON.stringify(outputSchema),
    requiredSections: friendly.requiredSections ?? [],
    stream: stream ?? false,
    agentRun: friendly.agentRun ?? null,
    prompt: writeChatPrompt({ messages: [...messages] }),
  };
}
