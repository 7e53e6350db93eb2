export { Dice } from "./dice";
export { hostileSelection, MISSHAPEN } from "./hostile-outputs";
