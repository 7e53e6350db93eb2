import { RISK_CLASS_VALUES, type Request, type RiskClass } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import { writeChatPrompt } from "@leverframe/prompt";
import { TASK_TYPES } from "../task-type";

/** One line of an evaluation set: a text and what a person says that it is. */
export interface LabelledRequest {
  readonly id: string;
  readonly language: string;
  readonly department: string;
  readonly text: string;
  readonly labels: {
    readonly taskType: string;
    readonly riskClass: RiskClass;
    readonly signals: readonly string[];
    /** Looks like a risk and is none. */
    readonly hard_negative: boolean;
  };
}

/** Reads JSON lines. Throws AppError `bad_input` that names file, line, field, what was found and what was expected. */
export function readLabelledRequests(file: string, jsonLines: string): LabelledRequest[] {
  const read: LabelledRequest[] = [];
  jsonLines.split("\n").forEach((line, index) => {
    if (line.trim() !== "") read.push(readLine(line, `${file}:${index + 1}`));
  });
  return read;
}

function readLine(line: string, place: string): LabelledRequest {
  let parsed: Partial<LabelledRequest>;
  try {
    parsed = JSON.parse(line) as Partial<LabelledRequest>;
  } catch (cause) {
    throw new AppError("bad_input", `${place}: expected a JSON object with id, language, department, text and labels`, { cause });
  }
  for (const field of ["id", "language", "department", "text"] as const) {
    if (typeof parsed?.[field] !== "string" || parsed[field] === "") throw new AppError("bad_input", `${place}: ${field}: expected text`);
  }
  const { taskType, riskClass, signals, hard_negative } = parsed.labels ?? ({} as LabelledRequest["labels"]);
  const fail = (field: string, found: unknown, expected: string): never => {
    throw new AppError("bad_input", `${place}: labels.${field}: \`${String(found).slice(0, 60)}\`, expected ${expected}`);
  };
  if (!TASK_TYPES.includes(taskType)) fail("taskType", taskType, `one of ${TASK_TYPES.join(", ")}`);
  if (!RISK_CLASS_VALUES.includes(riskClass)) fail("riskClass", riskClass, `one of ${RISK_CLASS_VALUES.join(", ")}`);
  if (!Array.isArray(signals)) fail("signals", signals, "a list of signal names");
  if (typeof hard_negative !== "boolean") fail("hard_negative", hard_negative, "true or false");
  return parsed as LabelledRequest;
}

export type Half = "tuning" | "held-out";

/** The half of the set that a request belongs to, by its id alone (FNV-1a): rules are tuned on one, the other is only measured. */
export function halfOf(id: string): Half {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  // The low bits of FNV are weak for ids that differ in their last digit.
  return ((hash ^ (hash >>> 15)) & 1) === 0 ? "tuning" : "held-out";
}

/** The labelled text as an application would send it, with nothing declared. */
export const requestOf = ({ text }: LabelledRequest): Request => requestWithText(text);

/** A request of one message, with nothing declared. */
export function requestWithText(text: string): Request {
  return {
    requestId: "0192f0c1-0000-7000-8000-000000000001", idempotencyKey: null, tenant: null, department: null, user: null, route: null, taskType: null,
    riskClass: null, latencyClass: null, deadlineAt: null, attributes: {}, maxOutputTokens: null, temperature: null, outputSchema: null, requiredSections: [], agentRun: null, stream: false,
    prompt: writeChatPrompt({ messages: [{ role: "user", content: text }] }),
  };
}
