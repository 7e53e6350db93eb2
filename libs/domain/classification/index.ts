export * from "./classify";
export * from "./identifiers";
export * from "./latency";
export { higherRisk } from "./risk-order";
export { TASK_TYPES } from "./task-type";
export * from "./evaluation/labelled-request";
export * from "./evaluation/score";
export * from "./second-opinion";
