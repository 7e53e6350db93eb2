import { run } from "@leverframe/nest";
import { NotifierModule } from "./notifier.module";

await run(NotifierModule);
