import { describeAnalytics } from "./analytics.conformance";
import { describeFaults } from "./faults.conformance";
import { startEmbeddedStore } from "./testing/embedded-store";

describeAnalytics("the engine on a folder", startEmbeddedStore);
describeFaults("the engine on a folder", startEmbeddedStore, { staysDown: "who finds no engine starts one" });
