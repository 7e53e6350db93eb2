export { dashboardExpressions, groupingsIn, recordedIn, ruleExpressions, selectorsIn } from "./expressions";
export { type RuleFile, ruleFiles } from "./rule-files";
