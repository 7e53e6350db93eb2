export * from "./expected-cost";
export * from "./select";
export * from "./sound-selection";
