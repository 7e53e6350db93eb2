import { AnalyticsSinkModule } from "@leverframe/analytics-sink";
import { BudgetLedgerModule } from "@leverframe/budget-ledger";
import { ClassifierModule } from "@leverframe/classifier";
import { EvaluatorModule } from "@leverframe/evaluator";
import { ExecutorModule } from "@leverframe/executor";
import { NotifierModule } from "@leverframe/notifier";
import { PolicyGateModule } from "@leverframe/policy-gate";
import { SelectorModule } from "@leverframe/selector";

/** Every stage of the journey; `stages` of the configuration says which of them this process runs. */
export const STAGE_MODULES = {
  classifier: ClassifierModule,
  "policy-gate": PolicyGateModule,
  selector: SelectorModule,
  "budget-ledger": BudgetLedgerModule,
  executor: ExecutorModule,
  evaluator: EvaluatorModule,
  "analytics-sink": AnalyticsSinkModule,
  notifier: NotifierModule,
} as const;
