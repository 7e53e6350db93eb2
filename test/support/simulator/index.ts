/** The provider simulator: the only stand-in of the project. Everything else in tests and benchmarks is real. */
export { billOf, type Bill, type BillLine } from "./calls/bill";
export { billNanoUsd, type Call } from "./calls/call";
export { readCalls } from "./calls/call-file";
export { type CallPage } from "./calls/call-log";
export { promptDigest } from "./ask";
export { FaultError, type Fault, type FaultKind } from "./faults/fault";
export { type FaultRule, type RuleState } from "./faults/script";
export { INSTANT, type Distribution, type LatencyProfile } from "./latency";
export { MODEL_CARD } from "./model-card";
export { type Api, type LatencyMode, type ModelConfig, type PriceConfig } from "./model-profile";
export { readOptions, type SimulatorOptions } from "./options";
export { startSimulator, type Simulator } from "./simulator";
export { countPromptTokens, countTokens } from "./tokens";
export { eventFrame, exceptionFrame, frame } from "./wire/aws-event-stream";
export { FAILURE_KINDS, failureOf, type FailureKind } from "./wire/failures";
export { type Reply, type Usage } from "./wire/reply";
export { answerOf, errorOf, streamOf } from "./wire/wires";
