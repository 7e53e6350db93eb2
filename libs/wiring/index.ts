export { AnswerDesk } from "./answer-desk";
export { AnswersModule } from "./answers.module";
export { LedgerModule, openLedger } from "./ledger.module";
export { PermitKeysModule } from "./permit-keys.module";
export { registerPolicyMetrics } from "./policy-metrics";
export { PolicyModule } from "./policy.module";
export * from "./tokens";
export type { KeyRing } from "@leverframe/permit";
export type { PolicySource } from "@leverframe/policy-source";
