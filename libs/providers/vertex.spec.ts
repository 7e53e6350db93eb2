import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "vertex",
  model: "gemini-3-pro",
  region: "europe-west4",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [403, "auth"],
    [404, "unavailable"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [504, "timeout"],
  ],
});
