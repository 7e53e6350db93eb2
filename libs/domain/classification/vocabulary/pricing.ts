import { type Theme, terms } from "./theme";

export const PRICING: Theme = {
  ideas: {
    pricing: terms(
      "price list*, pricelist*, discount approval, rebate, rebates, discount, discounts, quote for, quotation for, pricing proposal, pricing*, price increase*, price reduction*, price quote, unit price*, list price*, gross margin*, profit margin*, net margin*, margin per",
      "contribution margin, margin target, cost plus, walk away price, target price, price floor, tender price",
      "preisliste*, rabatt*, mengenrabatt*, nachlass*, preiserhöhung*, preiskalkulation*, handelsspanne*, deckungsbeitrag*, gewinnmarge*, stückpreis*, einkaufspreis*, preisnachlass*, sonderkondition*, preisgestaltung*",
      "grille tarifaire, grilles tarifaires, remise*, rabais, marge brute, marge nette, marge commerciale, taux de marge, hausse de prix, tarif négocié, tarifs négociés, prix unitaire*, prix d'achat",
      "lista de precios, listas de precios, descuento*, margen bruto, margen neto, margen comercial, margen por, propuesta de precios, subida de precios, precio unitario, precios unitarios, rebaja*, precio de coste",
    ),
    margin: terms("margin, margins, marge, margen, marges, margenes"),
    deal: terms(
      "customer*, client*, deal, deals, product*, supplier*, sales, price*, revenue, percent, kunde*, kunden, produkt*, verkauf*, umsatz*, vente*, produit*, fournisseur*, cliente*, producto*, venta*, ventas, proveedor*, costs, cost",
    ),
  },
  evidence: [
    { name: "pricing", signal: "pricing", riskClass: "medium", confidence: 0.7, of: ["pricing"] },
    { name: "margin-of-a-deal", signal: "pricing", riskClass: "medium", confidence: 0.6, of: ["margin", "deal"] },
  ],
  harmless: terms(
    "margin of error, margins of error, margin of safety, narrow margin, wide margin, css margin, set margin, top margin, top margins, left margin, note in the margin, page margin, page margins, margen de error, margen superior, marge d'erreur, dans la marge",
    "la marge à zéro, discount the possibility, remise à zéro, remise en forme, remise des prix, remise des diplômes",
  ),
};
