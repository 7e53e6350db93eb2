export { PolicyGateModule } from "./policy-gate.module";
