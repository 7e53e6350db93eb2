import type { Decision, Response } from "@leverframe/events";
import { isDeepStrictEqual } from "node:util";
import { attemptsOf, decisionsByRequest } from "./decisions-by-request";
import { type Evidence, type Violation, violationOf } from "./evidence";

const violation = violationOf("I4");

/** I4: every request has one answer content under one event id, a decision that says the same, and no request has more. */
export function answerViolations({ requests, responses, decisions }: Evidence): readonly Violation[] {
  const found: Violation[] = [...contentViolations("response", responses), ...contentViolations("decision", decisions)];
  const asked = new Set(requests.map(({ requestId }) => requestId));
  const answers = new Map(responses.map((response) => [response.requestId, response]));
  const trails = decisionsByRequest(decisions);
  for (const requestId of asked) {
    const response = answers.get(requestId);
    const decision = trails.get(requestId);
    if (!response) found.push(violation("unanswered", requestId, "no response"));
    if (!decision) found.push(violation("undecided", requestId, "no decision"));
    if (response && decision) found.push(...disagreements(response, decision));
  }
  for (const requestId of new Set([...answers.keys(), ...trails.keys()])) {
    if (!asked.has(requestId)) found.push(violation("unasked", requestId, "an answer to a request that nobody made"));
  }
  return found;
}

/** Copies are fine; one that says something else is not. */
function contentViolations(what: string, events: readonly (Response | Decision)[]): readonly Violation[] {
  const first = new Map<string, Response | Decision>();
  const found: Violation[] = [];
  for (const event of events) {
    const { requestId, eventId } = "meta" in event ? event.meta : event;
    const known = first.get(requestId);
    if (!known) first.set(requestId, event);
    else if (!isDeepStrictEqual(known, event)) found.push(violation(`two-${what}s`, requestId, `copies of \`${eventId}\` differ`));
  }
  return found;
}

function disagreements(response: Response, decision: Decision): readonly Violation[] {
  const { requestId } = response;
  const spent = attemptsOf(decision).reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
  const pairs = [
    ["status", response.status, decision.status],
    ["refusal", response.refusal?.code, decision.refusal?.code],
    ["cost", response.costNanoUsd, decision.costNanoUsd],
    ["cost of its attempts", decision.costNanoUsd, spent],
    ["attempts", response.attempts, attemptsOf(decision).length],
  ] as const;
  return pairs
    .filter(([, told, kept]) => told !== kept)
    .map(([field, told, kept]) => violation("answer-and-decision-differ", requestId, `${field}: \`${told}\` and \`${kept}\``));
}
