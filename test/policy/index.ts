export { Dice } from "./dice";
export { hostileSelection, MISSHAPEN } from "./hostile-outputs";
export { PoliciesCopy } from "./policies-copy";
