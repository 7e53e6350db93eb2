import { run } from "@leverframe/nest";
import { ClassifierModule } from "./classifier.module";

await run(ClassifierModule);
