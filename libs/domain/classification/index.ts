export * from "./classify";
export * from "./latency";
export { higherRisk } from "./risk";
export { TASK_TYPES } from "./task-type";
