import type { Decision } from "@leverframe/events";
import { DAY_MICROS, decisionOf, failed, NOON_MICROS, passed, round } from "./fixture";

const ok = [passed("non_empty")];

/** A small month of acme's, for figures worked out by hand; and what must not be counted in it. */
export const MONTH: readonly Decision[] = [
  decisionOf({
    id: "plain",
    rounds: [round([{ attemptId: "plain.1", costNanoUsd: 1_000n }], ok)],
    over: { ossShare: 1, baselineNanoUsd: 10_000n },
  }),
  decisionOf({
    id: "escalated",
    rounds: [
      round([{ attemptId: "escalated.1", costNanoUsd: 2_000n }], [passed("non_empty"), failed("schema")]),
      round(
        [{ attemptId: "escalated.2", candidate: "large@other", provider: "other", model: "large", costNanoUsd: 9_000n, notes: ["pruned: 2 turns, 0 tool results, 0 contexts"] }],
        [passed("non_empty"), passed("schema")],
      ),
    ],
    over: { baselineNanoUsd: 12_000n, answeredAt: NOON_MICROS + 1_500_000 },
  }),
  decisionOf({
    id: "timed-out",
    department: "legal",
    taskType: "extraction",
    rounds: [round([{ attemptId: "timed-out.1", outcome: "timeout", usage: null, costNanoUsd: 500n, latencyMicros: 500_000, notes: ["hedge", "over_latency"], error: "no answer; charged_at_worst_case: no usage was seen" }])],
    over: { status: "failed", success: false, baselineNanoUsd: 0n, answeredAt: NOON_MICROS + 501_000 },
  }),
  decisionOf({
    id: "refused",
    department: "legal",
    taskType: "extraction",
    rounds: [],
    over: {
      status: "refused",
      refusal: { code: "no_permitted_candidate", message: "none", rules: ["r1"], candidates: [] },
      success: false,
      baselineNanoUsd: 0n,
      answeredAt: NOON_MICROS,
    },
  }),
  decisionOf({ id: "elsewhere", tenant: "other", rounds: [round([{ attemptId: "elsewhere.1", costNanoUsd: 7n }])] }),
  decisionOf({ id: "april", receivedAt: NOON_MICROS + 30 * DAY_MICROS, rounds: [round([{ attemptId: "april.1", costNanoUsd: 3n }])] }),
];

/** Acme's March. */
export const MARCH = { tenant: "acme", fromMicros: NOON_MICROS - DAY_MICROS, toMicros: NOON_MICROS + DAY_MICROS };

/** Worked out by hand from `MONTH`. */
export const MARCH_REPORTS = {
  spend_per_department: [
    { tenant: "acme", department: "legal", requests: 2, answered: 0, refused: 1, providerCalls: 1, costNanoUsd: 500n },
    { tenant: "acme", department: "sales", requests: 2, answered: 2, refused: 0, providerCalls: 3, costNanoUsd: 12_000n },
  ],
  escalation_rate: [
    { tenant: "acme", taskType: "extraction", called: 1, escalated: 0, escalations: 0, escalationRate: 0 },
    { tenant: "acme", taskType: "summary", called: 2, escalated: 1, escalations: 1, escalationRate: 0.5 },
  ],
  oss_ratio: [
    {
      tenant: "acme", department: "sales", answered: 2, ossAnswers: 1, commercialAnswers: 1, ossRatio: 0.5,
      ossCostNanoUsd: 1_000n, commercialCostNanoUsd: 11_000n,
    },
  ],
  cost_per_task_type: [
    { tenant: "acme", taskType: "extraction", complexity: "simple", called: 1, costNanoUsd: 500n, averageCostNanoUsd: 500n },
    { tenant: "acme", taskType: "summary", complexity: "simple", called: 2, costNanoUsd: 12_000n, averageCostNanoUsd: 6_000n },
  ],
  savings: [
    { tenant: "acme", department: "legal", called: 1, costNanoUsd: 500n, baselineNanoUsd: 0n, savedNanoUsd: -500n, savedRatio: null },
    { tenant: "acme", department: "sales", called: 2, costNanoUsd: 12_000n, baselineNanoUsd: 22_000n, savedNanoUsd: 10_000n, savedRatio: 10_000 / 22_000 },
  ],
  cost_per_success: [
    { tenant: "acme", taskType: "extraction", requests: 2, successes: 0, successRate: 0, costNanoUsd: 500n, costPerSuccessNanoUsd: null },
    { tenant: "acme", taskType: "summary", requests: 2, successes: 2, successRate: 1, costNanoUsd: 12_000n, costPerSuccessNanoUsd: 6_000n },
  ],
  cost_per_outcome: [
    { tenant: "acme", department: "legal", route: null, requests: 2, judged: 0, successes: 0, successRate: 0, costNanoUsd: 500n, costPerSuccessNanoUsd: null },
    { tenant: "acme", department: "sales", route: null, requests: 2, judged: 0, successes: 2, successRate: 1, costNanoUsd: 12_000n, costPerSuccessNanoUsd: 6_000n },
  ],
  escalation_cost: [
    { tenant: "acme", department: "sales", taskType: "summary", escalated: 1, rescued: 1, firstNanoUsd: 2_000n, addedNanoUsd: 9_000n, addedPerRescuedNanoUsd: 9_000n },
  ],
  books: [
    { tenant: "acme", department: "legal", decidedNanoUsd: 500n, calledNanoUsd: 500n, journalNanoUsd: 0n, differenceNanoUsd: 500n, settledMicroUsd: 0n, roundedUpNanoUsd: 0n },
    { tenant: "acme", department: "sales", decidedNanoUsd: 12_000n, calledNanoUsd: 12_000n, journalNanoUsd: 0n, differenceNanoUsd: 12_000n, settledMicroUsd: 0n, roundedUpNanoUsd: 0n },
  ],
  latency: [
    {
      tenant: "acme", latencyClass: "standard", called: 3,
      latencyP50Micros: 600_000, latencyP95Micros: 1_500_000, latencyP99Micros: 1_500_000,
      overheadP50Micros: 100_000, overheadP95Micros: 500_000, overheadP99Micros: 500_000,
    },
  ],
  quality: [
    { tenant: "acme", taskType: "summary", candidate: "large@other", checkName: "non_empty", checked: 1, passes: 1, failures: 0, passRate: 1 },
    { tenant: "acme", taskType: "summary", candidate: "large@other", checkName: "schema", checked: 1, passes: 1, failures: 0, passRate: 1 },
    { tenant: "acme", taskType: "summary", candidate: "small@cloud", checkName: "non_empty", checked: 2, passes: 2, failures: 0, passRate: 1 },
    { tenant: "acme", taskType: "summary", candidate: "small@cloud", checkName: "schema", checked: 1, passes: 0, failures: 1, passRate: 0 },
  ],
  provider_concentration: [
    { tenant: "acme", provider: "cloud", calls: 3, failedCalls: 1, costNanoUsd: 3_500n, callShare: 0.75, costShare: 3_500 / 12_500 },
    { tenant: "acme", provider: "other", calls: 1, failedCalls: 0, costNanoUsd: 9_000n, callShare: 0.25, costShare: 9_000 / 12_500 },
  ],
  call_notes: [
    { tenant: "acme", provider: "cloud", note: "charged_at_worst_case", calls: 1, failedCalls: 1, costNanoUsd: 500n },
    { tenant: "acme", provider: "cloud", note: "hedge", calls: 1, failedCalls: 1, costNanoUsd: 500n },
    { tenant: "acme", provider: "cloud", note: "over_latency", calls: 1, failedCalls: 1, costNanoUsd: 500n },
    { tenant: "acme", provider: "other", note: "pruned", calls: 1, failedCalls: 0, costNanoUsd: 9_000n },
  ],
} as const;
