import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "gemini",
  model: "gemini-3-flash",
  statuses: [
    [400, "bad_request"],
    [403, "auth"],
    [404, "unavailable"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [504, "timeout"],
  ],
});
