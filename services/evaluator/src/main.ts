import { run } from "@leverframe/nest";
import { EvaluatorModule } from "./evaluator.module";

await run(EvaluatorModule);
