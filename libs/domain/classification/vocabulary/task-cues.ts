import { terms } from "./theme";

/** How much a cue says: an order to do the task, words that belong to it, words that only point its way. */
export interface TaskCues {
  readonly orders: readonly string[];
  readonly words: readonly string[];
  readonly hints: readonly string[];
}

/** What speaks for each task, in English, German, French and Spanish. `chat` is also what nothing else speaks for. */
export const TASK_CUES: Readonly<Record<string, TaskCues>> = {
  chat: {
    orders: [],
    words: [],
    hints: terms(
      "what is the difference, what is a, what is an, what does, what do, what are, how does, how do i explain, why do, is this, are the, can i, may i, should i, who may, who should, which one, where can, any tips, any ideas, how do i word, good morning, hello, hi there, thanks",
      "was ist, was bedeutet, was sind, wie funktioniert, darf ich, wer darf, hallo, guten morgen, danke, welches, qu'est ce que, quels sont, quelle est, puis je, qui doit, comment rester, bonjour, merci, qué es, qué significa, cuáles son, puedo, quién puede, hola, buenos días, gracias",
    ),
  },
  coding: {
    orders: terms(
      "write a query, write a class, write a bash, write a python, write a go, write a react, cron expression, one liner that, rewrite this in, optimise this query, optimize this query, make this query, create a component, generate a migration, schreibe ein programm, schreib mir ein skript, escribe un programa, écris un programme", "implement, refactor, debug, port this, fix this code, fix the bug, write code, write sql, write a script, write a regex, write a function, write a sql, write a test, write a program, write a unit test, fix this css, fix the regex, fix the workflow, implementiere, programmiere",
      "behebe, refaktoriere, schreibe eine funktion, schreibe ein skript, schreibe eine sql, écris une fonction, écris un script, écris une requête, implémente, corrige ce, escribe una función, escribe una consulta, escribe un script, implementa, programa una, set up a dockerfile",
    ),
    words: terms(
      "terraform, kubernetes, kubectl, helm, yaml, psql, postgres, postgresql, mysql, redis, curl, git, eslint, webpack, vite, ingress, nginx, re renders, keystroke, usememo, useeffect, const, def, async, await, import, localhost, stderr, stdout, json schema, linux, cron, docker image, dockerimage, image docker, imagen de docker, npm ci, pandas, numpy, spring boot, gradle, maven, cmake, algorithm implementation, unit tests, type error, typeerror, undefined, null pointer, merge function, data structure, linked list, arrays, listen in python",
      "function, functions, typescript, javascript, python, java, kotlin, rust, golang, sql, regex, css, html, react, vue, svelte, flask, docker, dockerfile, powershell, bash, shell script, compile, compiler, compiles, unit test, stack trace, stacktrace, nullpointerexception, segfault",
      "code, script, npm, node, solidity, api call, class, method, constructor, decorator, nestjs, exception, overflow, commit hook, build fails, in c, in go, parse, parser, sort them, lock file, eiffel, funktion, skript, abfrage, anmeldung schlägt, fonction, requête, programme, función, código, consulta sql",
      "clause where, where clause, where klausel, cláusula where, merge conflict, merge konflikt, conflit de fusion, conflicto de fusión, deployment fails, despliegue, stylesheet, endpoint, query, join",
    ),
    hints: terms("fix, bug, error, fails, crash, crashes, validate, convert, times out, returns 401, configuration, versions, app, page, file, library, fehler, fichier, erreur, falla, datei"),
  },
  code_review: {
    orders: terms(
      "would you merge, lgtm, look over my changes, feedback on my code, anything wrong with this commit, comments on this patch, siehst du probleme in diesem commit, que penses tu de ce commit, qué opinas de este commit", "code review, review this code, review this pull request, review the pull request, review this diff, review the diff, review this patch, review my code, review this commit, check my patch, look over this pull request, think of this diff, begutachte diesen pull request, begutachte",
      "code reviews, prüfe den code, prüfe diesen code, revue de code, relis cette pull request, relis ce code, revisión de código, revisa este pull request, revisa este código",
    ),
    words: terms("pull request, this diff, merge request, my patch"),
    hints: [],
  },
  summarise: {
    orders: terms(
      "short version, shorter, too long, one pager, in two sentences, in one paragraph, in a paragraph, what do i need to know, give me the gist, the gist, recap, digest, shorten, cut down, kurz bitte, kurze fassung, in zwei sätzen, in drei sätzen, zu lang, kürze, kürzer, das wichtigste, fais court, en deux phrases, en trois phrases, plus court, trop long, synthèse, synthétise, en dos frases, en tres frases, más corto, demasiado largo, sintetiza, three lines max", "summarize, summarise, sum up, tl dr, tldr, condense, boil, key points, main takeaways, main points, in a nutshell, fasse, zusammenfassen, zusammenfassung, kurzfassung, résume, résumer, fais un résumé, en résumé, l'essentiel, resume, resumir, haz un resumen, un resumen, lo esencial",
    ),
    words: terms("summary, takeaways, executive summary, bullet points, gist, résumé, resumen, überblick"),
    hints: terms("in five bullet points, in ten lines, in five lines, three sentences"),
  },
  extract: {
    orders: terms(
      "which meds, which names, which dates, which amounts, give me first name, give me the names, give me number, give me name, what's the model and, grab the, collect all, collect every, make a table, put the names, copy the, note down, welche namen, welche daten stehen, gib mir name, schreib alle, quels noms, quelles dates, note tous, récupère, qué nombres, qué fechas, recoge, apunta, estrai", "extract, extracts, pull out, pull the, list all, list every, list the, list each, find all, get all, get every, get the part, read the, read off, give me all, fill in, return both, return the identifiers, parse this referral, take invoice, make it a contact record, turn the remittance, get order",
      "get taxpayer, code the encounter, decode, extrahiere, hole, entnimm, liste alle, liste die, lies aus, nenne alle, trage die, übernimm die, auflisten, nenne artikel, nenne parteien, nenne umsatz, nenne rechnungsnummer, nenne die beschlüsse, in felder, heraus",
      "extrais, extraire, relève, recopie, liste tous, liste toutes, liste les, donne le numéro, donne moi les champs, donne le chiffre, extrae, extraer, saca, lista todos, lista todas, lista las, lista los, enumera, pasa a una tabla, indica nombre, indica número",
    ),
    words: terms("fields, into fields, as json, in a table, put it in a table, which skills are named, which dates are mentioned, which provider signed, as a list, welche medikamente stehen, quels examens, campos, in eine tabelle, dans un tableau, champs"),
    hints: terms("name and, number and, named in, mentioned"),
  },
  translate: {
    orders: terms(
      "auf englisch, auf deutsch, auf französisch, auf spanisch, auf türkisch, auf polnisch, auf italienisch, en allemand, en polonais, en espagnol, en portugais, en turc, en polaco, en inglés, en alemán, en francés, en italiano, in polish, in turkish, in english please, in spanish please, need this in, colleagues need this, polish version, english version, dutch version, auf niederländisch", "translate, translation of, translate to, render in, put the following sentence into, how do you say, german version, french version, spanish version, übersetze, übersetzen, übersetzung, wie sagt man, traduis, traduire, traduction, comment dit on, traduce, traducir, traducción, cómo se dice",
    ),
    words: terms("into german, into french, into spanish, into italian, ins englische, ins italienische, en anglais, en italien, al inglés, al italiano, al francés, auf portugiesisch, en portugais, en portugués, in portuguese"),
    hints: [],
  },
  contract_review: {
    orders: terms(
      "redlines, redline, anything nasty, is this clause, are these clauses, auto renewal, worried about the, clause by clause, wartungsvertrag, vertrag ob, contrat du prestataire, algo raro en el contrato, contrato de arrendamiento, was hältst du vom vertrag, que penses tu du contrat, qué opinas del contrato", "review this contract, review the contract, contract review, review the agreement, review this agreement, check the termination clause, compare the liability clause, flag unusual clauses, go through the terms and conditions, which clauses, prüfe den vertrag, prüfe diesen vertrag",
      "vergleiche die haftungsklausel, ist die kündigungsklausel, relis ce contrat, relisez ce contrat, la clause de résiliation, revisa este contrato, revisa el contrato, cláusula de rescisión",
    ),
    words: terms("liability clause, termination clause, kündigungsklausel, haftungsklausel, clause de résiliation, clauses défavorables, clauses, klauseln, cláusulas, geheimhaltungsvereinbarung*"),
    hints: terms("contract, vertrag, contrat, contrato, section, caps, pénalités, prórroga, lease, agreement, ndas, break fee, mietvertrag, bail"),
  },
  proposal: {
    orders: terms(
      "tender, our tender, invites bids, our bid, offer letter, business case, grant application, ausschreibung, gliedere unsere bewerbung, unsere bewerbung, appel d'offres, réponds à l'appel, dossier de candidature, licitación, presupuesto para, presenta una oferta", "write a proposal, prepare a proposal, project proposal, pricing proposal, draft a proposal, draft a project proposal, answer this rfp, put together a pitch, prepare an offer, prepare a quote, write a quote, propose a, statement of work, schreibe ein angebot, erstelle ein angebot, projektantrag",
      "proposition commerciale, proposition de projet, prépare une proposition, rédige une proposition, redacta una propuesta, prepara una propuesta, escribe una propuesta",
    ),
    words: terms("proposal, rfp, tender response, quotation, pitch, angebot, angebote, offre, propuesta, oferta"),
    hints: terms("scope, milestones, timeline, meilensteinen, objectifs, hitos"),
  },
  creative: {
    orders: terms(
      "short message to, message to, toast for, a toast, something funny, help me phrase, help me find the first, help me answer, help me refuse, help me write, nudge email, reminder to, lines for, two lines for, word a, welcome text, farewell speech, wedding speech, birthday card, jingle, lyrics, haiku, rhyme, product description, write an ad, write a letter, write a note, write an invitation, write an email, write a mail, write a post",
      "drei zeilen, zwei zeilen, zweizeiler, hilf mir beim einstieg, antworte freundlich, formulier, eine absage, eine rede, ein gruß, glückwunsch, reim, schreib mir einen, schreib einen, schreib eine, un mot gentil, aide moi à, trois lignes, une phrase drôle, un discours, un message à, écris un message, écris une lettre, écris un article, tres líneas, una frase graciosa, un recordatorio, ayúdame a, un discurso, un mensaje, escribe una carta, escribe un mensaje, escribe un artículo", "write a poem, write a short story, write a story, write a blog post, write a headline, write a tagline, write a caption, write a campaign, write a cheerful, write a warm, write a kind, write three ad, compose, come up with, invent, create a tagline, draft a letter, draft an e mail, draft a cease",
      "draft a short, draft the press, draft the ceo, give me a slogan, turn this into a short story, announce the, write the dialogue, draft a, schreibe ein gedicht, schreibe eine geschichte, schreibe einen slogan, schreibe einen, schreibe eine nette, schreibe eine ruhige, verfasse, entwirf die, formuliere, denk dir",
      "kündige unser, mach daraus, écris un poème, écris une histoire, invente, rédige un courriel, rédige une lettre, rédige un courrier, rédige le communiqué, rédige l'annonce, annonce la, fais en une histoire, trouve dix noms, escribe un poema, escribe un eslogan, inventa, redacta una carta, redacta un correo",
      "redacta el comunicado, redacta el anuncio, anuncia la, conviértelo en",
    ),
    words: terms(
      "slogan, slogans, tagline, headline, blog post, story, poem, limerick, ad texts, caption, campaign, social media post, story idea, press release, werbetext, gedicht, geschichte, einladung, poème, histoire, communiqué, eslogan, cuento, poema, name ideas, tone of",
    ),
    hints: terms("cheerful, playful, humour, letter, note, brief, lettre, carta, cheerful tone"),
  },
  data_analysis: {
    orders: terms(
      "which of these, drifts, plot idea, two line reading, year over year, month over month, break down the, what stands out in, mira los, dime quién se pasa, was fällt auf, welche filiale, quel magasin, qué tienda, which store, which region, how did sales", "analyze, analyse, analyze this, find the trend, find outliers, forecast, compute mean, look at the trend, compare our, tell me which month, werte, vergleiche die unveröffentlichten, berechne mittelwert, analysiere, calcule la moyenne, compare les résultats, analiza, calcula la media, compara los resultados",
    ),
    words: terms(
      "dataset, trend, correlation, csv, spreadsheet, outlier, outliers, median, grows fastest, growth, per channel, per product, auswertung, messreihe, ausreißer, median, wächst, tabelle, tendance, médiane, progresse, tableau, série de mesures, tendencia, mediana, crece más, tabla, valores atípicos, écart, spread",
      "données, datos, anomalie, correlación",
    ),
    hints: terms("average, percent, per week, per hour, chart, table, region, month"),
  },
  classification: {
    orders: terms(
      "one of delivery, into one of, bucket this, bucket these, angry neutral, neutral or happy, neutre ou content, neutro o contento, neutral oder froh, put each of these, tag each, tag these, is it spam, triage, is this message a, rate the mood, wütend, what mood, label this", "classify, categorize, categorise, label each, label these, label the, label, assign one of, sort this, sort this message, which category, what category, which form does this belong, which agenda category, is this an, does this count as, triage level, routine or urgent, check the form's type, what is the sentiment",
      "spam or not, which insurance claim type, is this feedback, is this entry, is this message, klassifiziere, ordne, ordne jede, welche kategorie, zu welchem formular, ist das eine, welche dringlichkeit, lieferung oder zahlung, classe, classe chaque, quelle catégorie, urgent ou non, est ce une, ce document est il",
      "livraison ou paiement, clasifica, qué categoría, qué prioridad, es información, entrega o pago",
    ),
    words: terms("sentiment, positive, neutral, negative, spam, label, labels, category, categories, kategorie, positiv, negativ, catégorie, positif, négatif, categoría, positiva, negativa"),
    hints: terms("or, oder, ou"),
  },
  reasoning: {
    orders: terms(
      "show that, zeige dass, zeig dass, montre que, muestra que, if every, what is the chance, how likely, wie wahrscheinlich, which stay on, logic puzzle, deduce, work out how, who is lying, if all, knights and knaves, how many ways, cuántas formas", "prove, proof of, solve, work out step by step, calculate step by step, explain step by step, find the fastest order, beweise, löse, berechne schritt für schritt, démontre, démontrer, résous, prouve, demuestra, resuelve",
    ),
    words: terms(
      "step by step, equation, theorem, probability of, probability, irrational, how many are left, work out, calculate, schritt für schritt, gleichung, wahrscheinlichkeit, étape par étape, équation, probabilité, paso a paso, ecuación, probabilidad, puzzle, riddle, optimal",
    ),
    hints: terms("how many, how far, compute, berechne, calcula, calcule, logic"),
  },
  rag_answer: {
    orders: terms(
      "handbook says, manual says, policy says, the spec says, spec excerpt, here is the, quote the line, from the text below, in the text below, using only, answer only, steht im handbuch, im handbuch steht, laut handbuch, le manuel dit, el manual dice, d'après la notice, según el manual, laut anleitung, laut auszug", "according to the document, according to the manual, according to the chart, according to the text, according to the passage, based on the following, based on the context, use only the context, given the passage, given the context, answer from these sources, answer only from, from the sources below",
      "laut dokument, laut dem dokument, laut folgendem text, laut krankenakte, laut text, nur anhand des folgenden, anhand des folgenden textes, selon le document, selon le dossier, d'après le texte, d'après le document, uniquement d'après, según el documento, según la historia, según el siguiente, solo con el texto",
    ),
    words: terms("passage, excerpt, context below, cite them, sources, auszug, extrait, contexte, contexto, laut, selon, según, question"),
    hints: terms("context, according to, kontext"),
  },
  agent_step: {
    orders: terms(
      "next tool, tool invocation, last output, tools grep, call the tool, which tool, pick a tool, tool use, react loop, scratchpad, observation, next command, nächster werkzeugaufruf, prochain outil, siguiente herramienta", "you are an agent, you are an autonomous agent, you are a support agent, you are a deploy agent, you are a care assistant agent, next action, the next action, next step for, next step of the plan, respond with a tool call, you can call these functions, available tools, browsing agent, du bist ein agent",
      "nächste schritt, nächste aktion, tu es un agent, prochaine action, prochaine étape, eres un agente, siguiente acción, siguiente paso, choose the next action, decide the next action, plan the next step",
    ),
    words: terms("tools, tool call, observation, goal, agent, werkzeugen, werkzeuge, outils, herramientas, ziel, objetivo"),
    hints: terms("thought, action, plan"),
  },
};
