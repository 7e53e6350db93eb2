export { AnalyticsSinkModule, openConfiguredAnalytics } from "./analytics-sink.module";
