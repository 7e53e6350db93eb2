import type { Response } from "@leverframe/events";
import type { Answered } from "../answers/exchange";
import type { Column } from "./grid";
import { durationText, usdNumber, usdText } from "./units";

/** One line of the answers' table: what somebody who sent a file wants to see of each. */
export const ANSWER_COLUMNS: readonly Column<Answered>[] = [
  { name: "line", title: "line", align: "right", value: ({ sourced }) => sourced.line },
  { name: "requestId", title: "request", value: ({ response }) => response.requestId },
  { name: "status", title: "status", value: ({ response }) => response.status },
  { name: "model", title: "answered by", value: ({ response }) => response.candidate },
  { name: "costUsd", title: "cost", align: "right", value: ({ response }) => usdNumber(response.costNanoUsd), text: ({ response }) => usdText(response.costNanoUsd) },
  { name: "latencyMs", title: "time", align: "right", value: ({ response }) => latencyMicros(response) / 1_000, text: ({ response }) => durationText(latencyMicros(response)) },
  { name: "escalations", title: "esc.", align: "right", value: ({ response }) => response.escalations },
  { name: "answer", title: "answer", flexible: true, value: ({ response }) => contentOf(response) },
];

export function latencyMicros({ receivedAt, answeredAt }: Pick<Response, "receivedAt" | "answeredAt">): number {
  return Math.max(0, answeredAt - receivedAt);
}

/** The answer's text, or why there is none. */
export function contentOf({ output, refusal }: Pick<Response, "output" | "refusal">): string {
  if (output !== null) return output.text;
  return refusal === null ? "" : `${refusal.code.replaceAll("_", " ")}: ${refusal.message}`;
}

/** A response as JSON carries it: everything, money as exact text beside dollars. */
export function responseJson(response: Response): Readonly<Record<string, unknown>> {
  const { costNanoUsd, receivedAt, answeredAt, ...rest } = response;
  return {
    ...rest,
    costNanoUsd: costNanoUsd.toString(),
    costUsd: usdNumber(costNanoUsd),
    receivedAt: new Date(receivedAt / 1_000).toISOString(),
    answeredAt: new Date(answeredAt / 1_000).toISOString(),
    latencyMs: latencyMicros(response) / 1_000,
  };
}
