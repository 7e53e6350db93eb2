import type { Stage } from "@leverframe/kernel";

/** How an installation's stages are spread over processes. */
export type Layout = "one" | "default" | "split";

/** One process of a layout: which bundle it runs, and which stages of it. */
export interface ProcessPlan {
  readonly name: string;
  /** Folder below `dist`. */
  readonly bundle: string;
  /** Empty: all that the bundle holds. */
  readonly stages: readonly Stage[];
}

const alone = (stage: Stage): ProcessPlan => ({ name: stage, bundle: stage, stages: [] });

export const LAYOUTS: Readonly<Record<Layout, readonly ProcessPlan[]>> = {
  one: [{ name: "standalone", bundle: "standalone", stages: [] }],
  default: [
    { name: "route", bundle: "standalone", stages: ["classifier", "policy-gate", "selector", "budget-ledger"] },
    { name: "executor", bundle: "standalone", stages: ["executor"] },
    { name: "evaluator", bundle: "standalone", stages: ["evaluator"] },
    { name: "analytics-sink", bundle: "standalone", stages: ["analytics-sink"] },
    { name: "notifier", bundle: "standalone", stages: ["notifier"] },
  ],
  split: [
    alone("classifier"),
    alone("policy-gate"),
    alone("selector"),
    alone("budget-ledger"),
    alone("executor"),
    alone("evaluator"),
    alone("analytics-sink"),
    alone("notifier"),
  ],
};
