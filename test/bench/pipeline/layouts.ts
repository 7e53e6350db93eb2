import type { Stage } from "@leverframe/kernel";
import type { ProcessPlan } from "../../support/installation/layout";

export type Profile = "embedded" | "kafka";
export type Spread = "one" | "chained" | "split";

export interface Scenario {
  readonly name: `${Profile}_${Spread}`;
  readonly profile: Profile;
  /** The six stages that a request passes; the analytics sink beside them is a process of its own and counted apart. */
  readonly processes: readonly ProcessPlan[];
  /** How many topics a request passes from its writer to the reader of its answer. */
  readonly hops: number;
}

const JOURNEY: readonly Stage[] = ["classifier", "policy-gate", "selector", "budget-ledger", "executor", "evaluator"];

const grouped = (name: string, ...stages: Stage[]): ProcessPlan => ({ name, bundle: "standalone", stages });

const SPREADS: Readonly<Record<Spread, { readonly processes: readonly ProcessPlan[]; readonly hops: number }>> = {
  // Cut before executor and evaluator, as everywhere: requests, funded, executed, responses.
  one: { processes: [grouped("one", ...JOURNEY)], hops: 4 },
  chained: {
    processes: [
      grouped("route", "classifier", "policy-gate", "selector", "budget-ledger"),
      grouped("executor", "executor"),
      grouped("evaluator", "evaluator"),
    ],
    hops: 4,
  },
  split: { processes: JOURNEY.map((stage) => ({ name: stage, bundle: stage, stages: [] })), hops: 7 },
};

export const SINK: ProcessPlan = { name: "analytics-sink", bundle: "analytics-sink", stages: [] };

const scenario = (profile: Profile, spread: Spread): Scenario => ({ name: `${profile}_${spread}`, profile, ...SPREADS[spread] });

export const SCENARIOS: readonly Scenario[] = [
  scenario("kafka", "chained"),
  scenario("kafka", "split"),
  scenario("kafka", "one"),
  scenario("embedded", "one"),
  scenario("embedded", "chained"),
  scenario("embedded", "split"),
];
