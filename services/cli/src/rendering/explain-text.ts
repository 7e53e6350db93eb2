import type { JournalLine } from "@leverframe/analytics";
import { escalationsOf, releasedAttempt } from "@leverframe/decision";
import type { Classification, Decision, RiskSignal } from "@leverframe/events";
import { type Permit, readPermit } from "@leverframe/permit";
import { excludedText, roundTexts } from "./explain-round";
import { type Section, sectionText } from "./sections";
import { counted, countText, durationText, shareText, timeText, usdText } from "./units";

const VERSION_CHARACTERS = 12;

/** The whole trail of one decision, in the order in which it was made. */
export function explainText(decision: Decision, journal: readonly JournalLine[], columnsMax: number): string {
  const permit = decision.permit === null ? null : readPermit(decision.permit.body);
  return [
    headline(decision),
    sectionText("WHO ASKED", whoFacts(decision), columnsMax),
    ...(decision.classification === null ? [] : [sectionText("WHAT IT IS", whatFacts(decision.classification), columnsMax)]),
    sectionText("WHAT MAY HAPPEN", permitFacts(decision, permit), columnsMax),
    ...roundTexts(decision.rounds, columnsMax),
    ...(journal.length === 0 ? [] : [sectionText("WHAT THE LEDGER DID", journalFacts(journal), columnsMax)]),
    sectionText("IN THE END", endFacts(decision), columnsMax),
  ].join("\n\n");
}

function headline(decision: Decision): string {
  const { meta, status, refusal, answeredAt, origin, costNanoUsd } = decision;
  const how = refusal === null ? status.replaceAll("_", " ") : `${status.replaceAll("_", " ")} (${refusal.code})`;
  return `Request ${meta.requestId}: ${how} after ${durationText(Math.max(0, answeredAt - origin.receivedAt))} for ${usdText(costNanoUsd)}`;
}

function whoFacts({ origin, attributes }: Decision): Section {
  const { application, tenant, department, user, receivedAt, deadlineAt, requestDigest } = origin;
  return [
    ["application", application],
    ["tenant", tenant],
    ["department", department === "" ? "none that it may act for" : department],
    ["user", user ?? ""],
    ["received", `${timeText(receivedAt)}, to be answered by ${timeText(deadlineAt)}`],
    ["attributes", Object.entries(attributes).map(([name, value]) => `${name}=${value}`).join(", ")],
    ["digest", `sha256 ${requestDigest.slice(0, VERSION_CHARACTERS)}… of prompt and parameters`],
  ];
}

function whatFacts(classification: Classification): Section {
  const { taskType, taskConfidence, complexity, riskClass, riskSignals, language, outputFormat, latencyClass } = classification;
  const { promptBytes, inputTokensMax, capabilities, classifierVersion, opinion } = classification;
  const needs = capabilities.length === 0 ? "" : `, needs ${capabilities.join(", ")}`;
  return [
    ["task", `${taskType} (confidence ${shareText(taskConfidence)}), ${complexity}, ${latencyClass}`],
    ["risk", riskClass],
    ["signals", riskSignals.length === 0 ? "none" : riskSignals.map(signalText).join("; ")],
    ["shape", `${language}, answer as ${outputFormat}, ${countText(promptBytes)} bytes, at most ${countText(inputTokensMax)} input tokens${needs}`],
    ["classifier", classifierVersion],
    ["second opinion", opinionText(opinion)],
  ];
}

function opinionText(opinion: Classification["opinion"]): string {
  if (opinion === null) return "";
  const { status, reason, classifier, riskClass, taskType, confidence, rulesRiskClass, rulesTaskType, rulesTaskConfidence } = opinion;
  const rules = `the rules had found ${rulesTaskType} (confidence ${shareText(rulesTaskConfidence)}) at risk ${rulesRiskClass}`;
  return status === "given" ? `${classifier} said ${taskType} (confidence ${shareText(confidence)}) at risk ${riskClass}; ${rules}` : `declined: ${reason}`;
}

function signalText({ signal, recogniser, riskClass, start, end, confidence }: RiskSignal): string {
  return `${signal} found by ${recogniser} at ${start}–${end} (${riskClass}, confidence ${shareText(confidence)})`;
}

function permitFacts(decision: Decision, permit: Permit | null): Section {
  const { route, policyVersion, catalogVersion, permitted, rules, refusal } = decision;
  const facts: [string, string][] = [
    ["route", route ?? ""],
    ["permitted", permitted.length === 0 ? "nothing" : permitted.join(", ")],
    ["rules", rules.join(", ")],
  ];
  if (permit !== null) {
    facts.push(["obligations", obligationsText(permit)], ["observed", permit.observed.join(", ")]);
    facts.push(["state", Object.entries(permit.state).map(([name, value]) => `${name}=${value}`).join(", ")]);
    facts.push(["permit", `${permit.permitId}, signed with key ${decision.permit?.kid}, until ${timeText(permit.expiresAt)}`]);
  }
  if (refusal !== null) facts.push(["refused", `${refusal.code}: ${refusal.message}`], ["excluded", excludedText(refusal.candidates)]);
  if (policyVersion !== "") facts.push(["versions", `policy ${policyVersion.slice(0, VERSION_CHARACTERS)}, catalog ${catalogVersion.slice(0, VERSION_CHARACTERS)}`]);
  return facts;
}

function obligationsText({ obligations }: Permit): string {
  const { outputTokensMax, latencyMsMax, costNanoUsdMax, qualityFloor, escalationsMax, checks, redact, auditTags, humanReview, fallbackOnRefusal, requestsPerMinuteMax, deferSecondsMax } = obligations;
  const { responsePolicies, retentionDaysMax, streaming, cache } = obligations;
  const duties = [
    `quality from ${qualityFloor}`,
    `at most ${counted(escalationsMax, "escalation")}`,
    outputTokensMax === null ? "" : `${countText(outputTokensMax)} output tokens`,
    latencyMsMax === null ? "" : `${countText(latencyMsMax)} ms`,
    costNanoUsdMax === null ? "" : `cost up to ${usdText(costNanoUsdMax)}`,
    requestsPerMinuteMax === null ? "" : `${counted(requestsPerMinuteMax, "request")} a minute`,
    deferSecondsMax === null ? "" : `may wait for ${counted(deferSecondsMax, "second")}`,
    checks.length === 0 ? "" : `checks ${checks.join(", ")}`,
    redact.length === 0 ? "" : `redact ${redact.join(", ")}`,
    responsePolicies.length === 0 ? "" : `answers keep to ${responsePolicies.join(", ")}`,
    retentionDaysMax === null ? "" : `kept for ${counted(retentionDaysMax, "day")}`,
    auditTags.length === 0 ? "" : `audit ${auditTags.join(", ")}`,
    humanReview ? "human review" : "",
    streaming ? "" : "no streaming",
    cache ? "" : "no cache",
    fallbackOnRefusal ? "another model may be asked when one declines" : "",
  ];
  return duties.filter((duty) => duty !== "").join("; ");
}

const NANO_PER_MICRO = 1_000n;

function journalFacts(journal: readonly JournalLine[]): Section {
  return journal.map(({ kind, status, amountMicroUsd, costNanoUsd, at }) => {
    const cost = costNanoUsd === 0n ? "" : ` for a cost of ${usdText(costNanoUsd)}`;
    return [kind, `${usdText(BigInt(amountMicroUsd) * NANO_PER_MICRO)}${cost}${status === "" ? "" : `, ${status}`}, ${at.slice(0, 19)}`];
  });
}

function endFacts(decision: Decision): Section {
  const { rounds, costNanoUsd, baselineNanoUsd, success, status, ossShare } = decision;
  const calls = rounds.reduce((count, round) => count + round.attempts.length, 0);
  const answerer = status === "answered" ? releasedAttempt(rounds) : null;
  return [
    ["status", `${status.replaceAll("_", " ")}${success ? ", every check passed" : ""}`],
    ["answered by", answerer !== null ? `${answerer.candidate}${ossShare === 1 ? " (open source)" : ""}` : ""],
    ["cost", `${usdText(costNanoUsd)} in ${counted(calls, "call")} and ${counted(escalationsOf(rounds), "escalation")}`],
    ["always premium", baselineNanoUsd === 0n ? "" : `${usdText(baselineNanoUsd)}, ${savedText(baselineNanoUsd, costNanoUsd)}`],
  ];
}

function savedText(baseline: bigint, cost: bigint): string {
  const saved = baseline - cost;
  const share = shareText(Math.abs(Number(saved)) / Number(baseline));
  return saved >= 0n ? `so ${usdText(saved)} saved (${share})` : `so ${usdText(-saved)} more (${share})`;
}
