export { audit } from "./audit";
export type { AskedRequest, Evidence, Invariant, Violation } from "./evidence";
