export const ANALYTICS = Symbol("leverframe.analytics");
export const ANALYTICS_WRITER = Symbol("leverframe.analytics-writer");
