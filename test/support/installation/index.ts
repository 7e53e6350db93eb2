export { analyticsOf, decisionRowsOf } from "./decision-rows";
export { evidenceOf } from "./evidence-of";
export { Installation, type InstallationOptions } from "./installation";
export type { Layout } from "./layout";
export { requestOf, type RequestDraft } from "./request-draft";
export { ROOT } from "./root";
export type { ServiceProcess } from "./service-process";
export { TestClient } from "./test-client";
export { TopicReader } from "./topic-reader";
