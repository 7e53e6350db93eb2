import { run } from "@leverframe/nest";
import { ExecutorModule } from "./executor.module";

await run(ExecutorModule);
