import { run } from "@leverframe/nest";
import { PolicyGateModule } from "./policy-gate.module";

await run(PolicyGateModule);
