export const ADAPTERS = Symbol("leverframe.adapters");
export const RUN_PLAN = Symbol("leverframe.run-plan");
export const OPEN_AUDIENCE = Symbol("leverframe.open-audience");
