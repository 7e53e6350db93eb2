import { isPaymentCard } from "../checksums";
import { context, type Recogniser, shapes } from "./recogniser";

const END = "(?![A-Za-z0-9])(?![-.]\\d)";

const CARD = { signal: "pii_financial", riskClass: "high", accepts: isPaymentCard } as const;

export const PAYMENT: readonly Recogniser[] = [
  {
    ...CARD,
    name: "payment-card-luhn",
    confidence: 0.95,
    starts: ["D4 ", "D4-", "D4.", ...shapes("D", 14, 19)],
    pattern: new RegExp(`(?:\\d{4}([ .\\-])\\d{4}\\1\\d{4}\\1\\d{4}(?:\\1\\d{3})?|\\d{4}[ .\\-]\\d{6}[ .\\-]\\d{4,5}|\\d{14,19})${END}`, "y"),
  },
  {
    name: "bank-account-context",
    signal: "pii_financial",
    riskClass: "high",
    confidence: 0.75,
    starts: shapes("D", 8, 17),
    pattern: new RegExp(`\\d{8,17}${END}`, "y"),
    context: context("kontonummer bankverbindung routing aba", 3, 0),
  },
];
