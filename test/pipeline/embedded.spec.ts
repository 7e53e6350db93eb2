import { pipelineSuite } from "./pipeline.suite";

describe("the pipeline on the embedded profile", () => pipelineSuite(() => null));
