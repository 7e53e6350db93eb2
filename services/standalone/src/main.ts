import { run } from "@leverframe/nest";
import { STAGE_MODULES } from "./stages";

await run(STAGE_MODULES);
