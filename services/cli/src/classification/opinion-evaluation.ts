import { type Judged, type LabelledRequest, requestOf, type Score, scoreOf } from "@leverframe/classification";
import { message } from "@leverframe/contracts";
import { type Classification, type Decision, RISK_CLASS_VALUES } from "@leverframe/events";
import type { AppError } from "@leverframe/kernel";
import { RecordMaker, type StageApp, uuidv7 } from "@leverframe/nest";
import { ephemeralGroup, type Installation } from "../installation";
import { openTail } from "../topics/log-tail";

/** Few, so that nobody waits in a queue of ours for as long as an opinion may take. */
const IN_FLIGHT_MAX = 8;

/** What second opinions add to the rules, on a labelled set. */
export interface OpinionEvaluation {
  readonly requests: number;
  /** Those that the policies want somebody to be asked about. */
  readonly asked: number;
  readonly given: number;
  /** Why there was none, the most frequent first. */
  readonly declined: readonly { readonly reason: string; readonly count: number }[];
  /** Risk classes that went up, and how many of these are now what was labelled, or are above it. */
  readonly raised: { readonly count: number; readonly right: number; readonly tooHigh: number };
  /** Opinions of a lower class than the rules', which change nothing (I7). */
  readonly lowerIgnored: number;
  readonly tasksChanged: { readonly count: number; readonly right: number };
  readonly costNanoUsd: bigint;
  readonly before: Score;
  readonly after: Score;
}

interface Asked {
  readonly request: LabelledRequest;
  readonly rules: Classification;
  readonly decision: Decision;
}

/** Sends every request of the set through the stages, and compares what they decide by with what the rules alone say. */
export async function evaluateOpinions(app: StageApp, judged: readonly Judged[]): Promise<OpinionEvaluation> {
  const { config, names, log, codec } = app;
  const installation = { config, names, log, codec, maker: new RecordMaker(codec, names) };
  const decisions = await decisionsOn(installation, judged.map(({ request }) => request), app.crashed);
  return compare(judged.map(({ request, classification }, index) => ({ request, rules: classification, decision: decisions[index]! })));
}

async function decisionsOn({ log, names, codec, maker }: Installation, requests: readonly LabelledRequest[], crashed: Promise<AppError>): Promise<readonly Decision[]> {
  const waiting = new Map<string, (decision: Decision) => void>();
  const failure = Promise.withResolvers<never>();
  void crashed.then(failure.reject);
  const decided = async (value: Uint8Array | null): Promise<void> => {
    if (value === null) return;
    const decision = await codec.decode("decision", value);
    waiting.get(decision.meta.requestId)?.(decision);
  };
  const topics = [names.name("decisions")];
  const tail = await openTail({ log, topics, groupId: ephemeralGroup(names, "classify"), from: "now", onRecord: ({ value }) => void decided(value).catch(failure.reject), onCrash: failure.reject });
  try {
    const decisions: Decision[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < requests.length; index = next++) {
        const { promise, resolve } = Promise.withResolvers<Decision>();
        const request = { ...requestOf(requests[index]!), requestId: uuidv7(), department: requests[index]!.department };
        waiting.set(request.requestId, resolve);
        await log.append([maker.recordOf(message("requests", request, "default"))]);
        decisions[index] = await promise;
        waiting.delete(request.requestId);
      }
    };
    await Promise.race([Promise.all(Array.from({ length: IN_FLIGHT_MAX }, work)), failure.promise]);
    return decisions;
  } finally {
    await tail.close();
  }
}

function compare(all: readonly Asked[]): OpinionEvaluation {
  const opinions = all.flatMap((one) => (one.decision.classification?.opinion ? [{ ...one, opinion: one.decision.classification.opinion }] : []));
  const given = opinions.filter(({ opinion }) => opinion.status === "given");
  const after = all.map(({ request, rules, decision }): Judged => ({ request, classification: decision.classification ?? rules }));
  const moved = all.map(({ request, rules }, index) => ({ labels: request.labels, from: rules, to: after[index]!.classification }));
  const raised = moved.filter(({ from, to }) => rank(to.riskClass) > rank(from.riskClass));
  const tasks = moved.filter(({ from, to }) => to.taskType !== from.taskType);
  return {
    requests: all.length,
    asked: opinions.length,
    given: given.length,
    declined: reasonsOf(opinions.filter(({ opinion }) => opinion.status !== "given").map(({ opinion }) => opinion.reason)),
    raised: { count: raised.length, right: raised.filter(({ labels, to }) => to.riskClass === labels.riskClass).length, tooHigh: raised.filter(({ labels, to }) => rank(to.riskClass) > rank(labels.riskClass)).length },
    lowerIgnored: given.filter(({ opinion }) => opinion.riskClass !== null && rank(opinion.riskClass) < rank(opinion.rulesRiskClass)).length,
    tasksChanged: { count: tasks.length, right: tasks.filter(({ labels, to }) => to.taskType === labels.taskType).length },
    costNanoUsd: all.reduce((sum, { decision }) => sum + decision.rounds.flatMap(({ attempts }) => attempts).reduce((cost, attempt) => cost + attempt.costNanoUsd, 0n), 0n),
    before: scoreOf(all.map(({ request, rules }) => ({ request, classification: rules }))),
    after: scoreOf(after),
  };
}

const rank = (riskClass: Classification["riskClass"]): number => RISK_CLASS_VALUES.indexOf(riskClass);

function reasonsOf(reasons: readonly string[]): OpinionEvaluation["declined"] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
