import { run } from "@leverframe/nest";
import { SelectorModule } from "./selector.module";

await run(SelectorModule);
