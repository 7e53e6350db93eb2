import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "cohere",
  model: "command-a-03-2025",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [402, "quota"],
    [403, "auth"],
    [404, "unavailable"],
    [422, "bad_request"],
    [498, "auth"],
    [499, "unavailable"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [504, "timeout"],
  ],
});
