export { BudgetLedgerModule } from "./budget-ledger.module";
