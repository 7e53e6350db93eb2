import { run } from "@leverframe/nest";
import { AnalyticsSinkModule } from "./analytics-sink.module";

await run(AnalyticsSinkModule);
