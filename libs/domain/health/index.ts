export * from "./band";
export * from "./breaker";
export * from "./call-outcome";
export * from "./health-book";
export * from "./health-status";
export * from "./health-store";
export * from "./health-terms";
export * from "./rate-bucket";
