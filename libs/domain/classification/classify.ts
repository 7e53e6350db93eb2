import { AppError } from "@leverframe/kernel";
import type { Classification, Request } from "@leverframe/events";
import { inputTokensBound, readChatPrompt } from "@leverframe/prompt";
import { complexityOf } from "./complexity";
import { languageOf } from "./language";
import { outputFormatOf } from "./output-format";
import { assessRisk } from "./risk";
import { TASK_TYPES, taskTypeOf } from "./task-type";

/** Stands on every classification, so that a replay knows which rules spoke. */
export const CLASSIFIER_VERSION = "rules-1";

/**
 * What a request is. Pure: the same request always has the same classification. A declared task type is honoured; a
 * declared risk class can only raise what the rules find (I7). Throws AppError `bad_input` for a prompt that is none.
 */
export function classify(request: Request): Classification {
  const prompt = readChatPrompt(request.prompt);
  const text = prompt.messages.map((message) => message.content).join("\n");
  const instruction = prompt.messages.findLast((message) => message.role === "user")?.content ?? text;
  const { taskType, confidence } = declaredTask(request.taskType) ?? taskTypeOf(instruction);
  const risk = assessRisk(text, request.riskClass);
  return {
    taskType,
    taskConfidence: confidence,
    complexity: complexityOf(taskType, instruction, text.length),
    riskClass: risk.riskClass,
    riskSignals: risk.signals,
    language: languageOf(instruction),
    outputFormat: outputFormatOf(request.outputSchema, request.requiredSections.length, taskType, instruction),
    latencyClass: request.latencyClass ?? "standard",
    promptBytes: request.prompt.length,
    inputTokensMax: inputTokensBound(prompt, request.outputSchema),
    capabilities: request.outputSchema === null ? [] : ["json"],
    classifierVersion: CLASSIFIER_VERSION,
  };
}

function declaredTask(declared: string | null): { taskType: string; confidence: number } | null {
  if (declared === null) return null;
  if (!TASK_TYPES.includes(declared))
    throw new AppError("bad_input", `taskType: \`${declared.slice(0, 60)}\`, expected one of ${TASK_TYPES.join(", ")}`);
  return { taskType: declared, confidence: 1 };
}
