export { STAGE_MODULES } from "./stages";
