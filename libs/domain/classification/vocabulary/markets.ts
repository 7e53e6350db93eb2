import { type Theme, terms } from "./theme";

/** Material non-public information (Regulation (EU) 596/2014, articles 7 and 18): an event that moves a price, and that it is not public. */
export const MARKETS: Theme = {
  ideas: {
    inside: terms(
      "material non public, material nonpublic, mnpi, inside information, insider information, insider list, insider trading window, price sensitive information, unannounced acquisition, unannounced merger, unreleased earnings, earnings before announcement",
      "inside info, insider info, insiderinfo, information d'initié, info privilegiada, price sensitive, closed period", "insiderinformation*, insiderliste*, insiderverzeichnis*, kursrelevant*, information privilégiée, informations privilégiées, liste d'initiés, información privilegiada, lista de iniciados, operaciones con información",
    ),
    marketEvent: terms(
      "hole in the accounts, accounting error, accounting irregularit*, misstatement, material weakness, cfo exit, ceo exit, analysts, listed competitor, the market, project falcon, merge with, merging with, be acquired, acquired by, sell the division, selling the business, downgrade, covenant breach, rating change, large order, clinical trial result*, trial readout, patent ruling, guidance cut, cut guidance, raise guidance",
      "die börse, dividend, bilanzfehler*, bilanzierungsfehler*, ratingänderung*, großauftrag*, le dividende, la bourse, trou dans les comptes, erreur comptable, chiffre d'affaires du trimestre, la bolsa, agujero en las cuentas, error contable, dividendo",
      "acquisition*, merger, mergers, takeover*, buyback*, buy back of shares, tender offer, earnings, eps, quarterly results, quarterly figures, quarterly numbers, profit warning, dividend*, guidance, ipo, rights issue, capital increase, stock split",
      "the bid for, bid for, buying, we are buying, we're buying, stake in, majority stake, deal team, sales down, sales up, prelims, preliminary figures, preliminary results, preliminary q1, preliminary q2, preliminary q3, preliminary q4, q1 results, q2 results, q3 results, q4 results, consensus, half year results, annual results, refinancing, insolvency, chapter 11, secondary offering, convertible bond, going private, joint venture",
      "listed company, publicly listed, annual results, draft results, half year figures, full year results, buy percent, sale of the division, sale of the business, disposal of, revenue forecast, trading update, interim results, ipo price, offer price, the offer, capital raise, share issue, writedown, impairment charge", "divestiture*, spin off, restatement, our shares, share price, stock price, delisting, signing on",
      "verkauf der sparte, verkauf des geschäfts, jahresergebnis*, halbjahresergebnis*, börsennotiert*, umsatzprognose*, abschreibung*, kaufangebot*, geschäftszahlen, vorläufige zahlen, prognoseänderung*, wir kaufen, mehrheit an, beteiligung an, halbjahreszahl*, jahreszahlen, umsatzeinbruch, insolvenz*, squeeze out, anleihe*, zukauf*",
      "übernahme*, fusion*, aktienrückkauf*, rückkauf der aktien, quartalszahl*, quartalsergebnis*, gewinnwarnung*, dividende*, kapitalerhöhung*, börsengang*, ad hoc mitteilung*, abspaltung*, aktien",
      "opa, cotée en bourse, société cotée, résultats du semestre, résultats du trimestre, vente de la filiale, vente de la division, chiffre d'affaires prévisionnel, offre de rachat, rachat de, nous rachetons, prise de participation, cession de, résultats semestriels, fusion avec, chiffres du trimestre, opa, introduction à la bourse, dividende*",
      "rachat d'actions, offre publique, résultats trimestriels, résultats annuels, avertissement sur résultats, augmentation de capital, introduction en bourse, cours de l'action",
      "resultados del semestre, resultados del trimestre, resultados serán, venta de la división, venta de la filial, empresa cotizada, cotizada, que cotiza, oferta de compra, previsión de ventas, vamos a comprar, compra de la mayoría, participación en, resultados semestrales, cifras del trimestre, mis acciones, dividendo*, fusionar*",
      "adquisición, adquisiciones, fusión, fusiones, opa, recompra de acciones, resultados trimestrales, resultados anuales, aviso de beneficios, ampliación de capital, salida a bolsa",
    ),
    notPublic: terms(
      "need to know, market doesn't know, market does not know, markets don't know, we will disclose, will disclose, to disclose, will be disclosed, planned, upcoming, surprise, before anyone, not even the, embargoed, still confidential, stays between, announcing on, going public with, we announce on, announce it on, announce this on, in two weeks' time announce",
      "geplant*, erfährt es erst, markt weiß, börse weiß, börse erfährt, bevor es jemand, kündigen wir an, wird angekündigt, geben wir bekannt, noch intern, bevorstehend*, l'annonce est pour, annoncerons, nous annoncerons, prévue pour, prévu pour, projet de, avant tout le monde, le marché ne sait, le marché ignore, personne n'est au courant",
      "anunciaremos, vamos a anunciar, se hará público, se hará pública, está previsto, previsto para, prevista para, el mercado no lo sabe, antes que nadie, nadie está al corriente, proyecto de, planeada, planificada",
      "not yet public, not public, isn't public, nothing is public, non public, nonpublic, unpublished, unreleased, unannounced, undisclosed, not been announced, not yet announced, not announced, embargo*, before announcement, before the announcement, prior to announcement",
      "nobody outside, no one outside, nobody knows, between us, before signing, to be released, gets wind, wind of the, until it is announced, hush hush, under wraps, don't tell, do not tell, before it is announced, ahead of the announcement, still under nda, before the market opens, before markets open, confidentially",
      "made public, be public, is public, be published, will be published, not for release, release before, before it's out, before it is out, stay secret, remain secret, until then, until monday, until friday, not disclosed, undisclosed, confidential until, do not share, announcement due, to be announced, will be announced, we will announce, still private, not out yet, isn't out yet",
      "before the earnings release, ahead of the earnings, before we announce, before it is public, until the announcement, keep it to yourself, keep this quiet, in secret, secret, blackout period, quiet period, without leaking, leaks, leak, highly confidential",
      "weiß noch keiner, weiß noch niemand, noch niemand, unter uns, behalte es für dich, darf niemand wissen, vor der ankündigung, vor handelsstart",
      "bis dahin, veröffentlichung erst, wird erst, nach börsenschluss, wird veröffentlicht, noch vertraulich, nicht publik, publik, erst am montag, vor der veröffentlichung", "noch nicht öffentlich, nicht öffentlich, unveröffentlicht*, noch nicht veröffentlicht, nicht veröffentlicht, nicht bekannt gegeben, noch nicht bekannt, nicht angekündigt, vor der bekanntgabe, vor veröffentlichung, stillschweigen, sperrfrist*, geheim, geheime, geheimen",
      "silence total, personne ne sait, personne ne le sait, entre nous, annonce prévue, avant l'ouverture de la bourse, rien ne doit filtrer, pas encore annoncé, pas encore annoncée, non publics",
      "d'ici là, avant qu'elle soit publique, avant qu'il soit public, sera annoncé, sera annoncée, sera publié, sera publiée, seront publiés, pas dévoilé, reste secret, doit rester, soit publique", "pas encore public, pas encore publique, rien n'est encore public, encore public, non publié, non publiés, non publiées, non annoncée, non annoncé, pas été annoncée, sous embargo, avant l'annonce, avant la publication, pas un mot, secrète, secrètes",
      "todavía no lo sabe nadie, nadie lo sabe, no lo sabe nadie, entre nosotros, antes de que abra, todavía no es público, aún no se ha, todavía no se ha",
      "hasta entonces, información reservada, se publicará, se publicarán, se anunciará, antes de publicarse, no es oficial, todavía confidencial, no divulgar, sea pública, sea público", "aún no es pública, aún no es público, no es pública, no publicado, no publicados, no publicadas, no se ha anunciado, sin anunciar, no anunciada, bajo embargo, con embargo, antes del anuncio, antes de que se haga pública, antes de publicar, silencio, secreta, secretas",
    ),
  },
  evidence: [
    { name: "inside-information", signal: "mnpi", riskClass: "regulated", confidence: 0.9, of: ["inside"] },
    { name: "unannounced-event", signal: "mnpi", riskClass: "regulated", confidence: 0.8, of: ["marketEvent", "notPublic"] },
  ],
  harmless: terms(
    "customer acquisition, user acquisition, data acquisition, talent acquisition, language acquisition, image acquisition, nuclear fusion, cold fusion, sensor fusion, jazz fusion, fusion cuisine, kernfusion",
    "fusion zweier arrays, fusion zweier listen, merger of two lists, buying guide",
    "conflit de fusion, conflits de fusion, conflicto de fusión, conflictos de fusión, kundenakquise, memory leak, memory leaks, secret garden, secret ingredient, adquisición de datos, adquisición de clientes, acquisition de clients",
  ),
};
