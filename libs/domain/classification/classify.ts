import { AppError } from "@leverframe/kernel";
import type { Classification, Request } from "@leverframe/events";
import { inputTokensBound, promptTexts, readChatPrompt } from "@leverframe/prompt";
import { capabilitiesOf } from "./capabilities";
import { complexityOf } from "./complexity";
import { languageOf } from "./language";
import { outputFormatOf } from "./output-format";
import { assessRisk } from "./risk";
import { INSTRUCTION_CHARS, TASK_TYPES, type TaskType, taskTypeOf } from "./task-type";
import { latencyClassOf } from "./urgency";
import { Words } from "./words";

/** Stands on every classification, so that a replay knows which rules and weights spoke. */
export const CLASSIFIER_VERSION = "rules-3";

/**
 * What a request is. Pure: the same request always has the same classification. A declared task type is honoured; a
 * declared risk class can only raise what the rules find (I7). Spans of signals count from the start of the messages'
 * texts, joined by line breaks. Throws AppError `bad_input` for a prompt that is none.
 */
export function classify(request: Request): Classification {
  const prompt = readChatPrompt(request.prompt);
  const text = promptTexts(prompt).join("\n");
  const instruction = prompt.messages.findLast((message) => message.role === "user")?.content ?? text;
  const words = new Words(text);
  const instructionWords = instruction === text && text.length <= INSTRUCTION_CHARS ? words : new Words(instruction, INSTRUCTION_CHARS);
  const { taskType, confidence } = declaredTask(request.taskType) ?? taskTypeOf(instructionWords);
  const risk = assessRisk(words, request.riskClass);
  const outputFormat = outputFormatOf(request.outputSchema, request.requiredSections.length, taskType, instruction);
  return {
    taskType,
    taskConfidence: confidence,
    complexity: complexityOf(taskType, instruction, text.length),
    riskClass: risk.riskClass,
    riskSignals: risk.signals,
    language: languageOf(instructionWords),
    outputFormat,
    latencyClass: latencyClassOf(request.latencyClass, instructionWords),
    promptBytes: request.prompt.length,
    inputTokensMax: inputTokensBound(prompt, request.outputSchema),
    capabilities: capabilitiesOf(outputFormat, prompt, text),
    opinion: null,
    classifierVersion: CLASSIFIER_VERSION,
  };
}

function declaredTask(declared: string | null): TaskType | null {
  if (declared === null) return null;
  if (!TASK_TYPES.includes(declared))
    throw new AppError("bad_input", `taskType: \`${declared.slice(0, 60)}\`, expected one of ${TASK_TYPES.join(", ")}`);
  return { taskType: declared, confidence: 1 };
}
