export * from "./anomaly";
export * from "./days";
export * from "./forecast";
