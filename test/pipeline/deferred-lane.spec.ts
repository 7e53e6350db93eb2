import { deferredLaneSuite } from "./deferred-lane.suite";

describe("requests that may wait, on the embedded profile", () => deferredLaneSuite(() => null));
