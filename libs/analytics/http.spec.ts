import { describeAnalytics } from "./analytics.conformance";
import { describeFaults } from "./faults.conformance";
import { startHttpStore } from "./testing/http-store";

describeAnalytics("a server over HTTP", startHttpStore);
describeFaults("a server over HTTP", startHttpStore, { staysDown: true });
