import type { Response } from "@leverframe/events";
import type { Answered } from "../answers/exchange";
import { latencyMicros } from "../rendering/answer-columns";
import { oneLine } from "../rendering/printable";
import { cut } from "../rendering/table";
import { durationText, usdText } from "../rendering/units";

const PROMPT_CHARACTERS = 44;
const DEPARTMENT_CHARACTERS = 9;
const CANDIDATE_CHARACTERS = 28;
const CHARACTERS_MIN = 100;

/** One answer as it comes: who asked what, who answered it, for how much, how fast. */
export function demoLine({ sourced, response }: Answered, number: number, total: number, columnsMax: number): string {
  const { request } = sourced;
  const prompt = oneLine(request.text ?? request.messages?.at(-1)?.content ?? "");
  const count = `${String(number).padStart(String(total).length)}/${total}`;
  const department = cut(response.department || "–", DEPARTMENT_CHARACTERS).padEnd(DEPARTMENT_CHARACTERS);
  const who = `${count}  ${department}  ${cut(prompt, PROMPT_CHARACTERS).padEnd(PROMPT_CHARACTERS)}`;
  if (response.output === null) return cut(`${who}  ${oneLine(notAnswered(response))}`, Math.max(columnsMax, CHARACTERS_MIN));
  const escalated = response.escalations > 0 ? `  ↑ escalated ${response.escalations}×` : "";
  const cost = usdText(response.costNanoUsd).padStart(10);
  return `${who}  ${(response.candidate ?? "").padEnd(CANDIDATE_CHARACTERS)}${cost}  ${durationText(latencyMicros(response)).padStart(7)}${escalated}`;
}

function notAnswered({ status, refusal }: Response): string {
  const how = status.replaceAll("_", " ");
  if (refusal === null) return how;
  return refusal.code === status ? `${how}: ${refusal.message}` : `${how} (${refusal.code}): ${refusal.message}`;
}

export function nextStepsText(requestId: string | null, simulated: boolean): string {
  const run = "npm run -s leverframe --";
  return [
    "What to try next",
    `  ${run} up --simulate                                              everything, until Ctrl-C`,
    `  ${run} send --department Legal --text "Review this contract: …"   in another terminal`,
    `  ${run} send examples/requests.jsonl`,
    ...(requestId === null ? [] : [`  ${run} explain ${requestId} --format json`]),
    `  ${run} report outcomes                                            what a success costs`,
    "  policies/                       change a rule or a budget while it runs, and see who is refused",
    "  examples/kafka-client/          the same from Kafka, in the cluster profile",
    ...(simulated ? ["  OPENAI_API_KEY=… ANTHROPIC_API_KEY=… npm run quickstart     the same requests at the real providers"] : []),
  ].join("\n");
}
