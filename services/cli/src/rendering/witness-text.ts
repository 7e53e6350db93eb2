import { type Box, boxText, type DecisionInput } from "@leverframe/policy";

/** A request as the words of a case: what differs from a plain one. */
export function requestWords(input: DecisionInput): Record<string, unknown> {
  const { origin, request, classification, state } = input;
  const { taskType, complexity, riskClass, riskSignals, language, outputFormat, latencyClass, promptBytes, inputTokensMax, capabilities } = classification;
  const words = {
    application: origin.application === "default" ? undefined : origin.application,
    department: origin.department,
    user: origin.user ?? undefined,
    route: request.route ?? undefined,
    attributes: Object.keys(request.attributes).length === 0 ? undefined : request.attributes,
    maxOutputTokens: request.maxOutputTokens ?? undefined,
    taskType,
    complexity: complexity === "simple" ? undefined : complexity,
    riskClass,
    riskSignals: riskSignals.length === 0 ? undefined : riskSignals.map(({ signal }) => signal),
    language: language === "en" ? undefined : language,
    outputFormat: outputFormat === "text" ? undefined : outputFormat,
    latencyClass: latencyClass === "standard" ? undefined : latencyClass,
    promptBytes: promptBytes === PLAIN_BYTES ? undefined : promptBytes,
    inputTokens: inputTokensMax === PLAIN_BYTES ? undefined : inputTokensMax,
    capabilities: capabilities.length === 0 ? undefined : capabilities,
    state: state === undefined || Object.keys(state).length === 0 ? undefined : state,
  };
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
}

const PLAIN_BYTES = 1_000;

/** The request as one line of YAML, to be pasted into a case. */
export function requestText(input: DecisionInput): string {
  return yamlFlow(requestWords(input));
}

function yamlFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlFlow).join(", ")}]`;
  if (typeof value === "object" && value !== null) return `{ ${Object.entries(value).map(([name, part]) => `${name}: ${yamlFlow(part)}`).join(", ")} }`;
  if (typeof value !== "string") return String(value);
  return /^[A-Za-z][\w./ &-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off)$/i.test(value) ? value : JSON.stringify(value);
}

export function boxesText(boxes: readonly Box[], complete = true): string {
  return boxes.map(boxText).join("; or ") + (complete ? "" : "; and others");
}
