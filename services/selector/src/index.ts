export { SelectorModule } from "./selector.module";
