import type { ResponsePolicy } from "@leverframe/permit";

type Notices = Readonly<Record<string, string>> & { readonly en: string };

/** What is added to an answer, by the language of the request (ISO 639-1); English where there is no other. */
const NOTICES: Readonly<Partial<Record<ResponsePolicy, Notices>>> = {
  ai_disclosure: {
    en: "This answer was written by an AI system.",
    de: "Diese Antwort wurde von einem KI-System verfasst.",
    fr: "Cette réponse a été rédigée par un système d'IA.",
    es: "Esta respuesta ha sido redactada por un sistema de IA.",
  },
  not_medical_advice: {
    en: "This is general information and does not replace medical advice.",
    de: "Dies ist eine allgemeine Information und ersetzt keinen ärztlichen Rat.",
    fr: "Ceci est une information générale et ne remplace pas un avis médical.",
    es: "Esto es información general y no sustituye el consejo médico.",
  },
  not_legal_advice: {
    en: "This is general information and not legal advice.",
    de: "Dies ist eine allgemeine Information und keine Rechtsberatung.",
    fr: "Ceci est une information générale et ne constitue pas un conseil juridique.",
    es: "Esto es información general y no constituye asesoramiento jurídico.",
  },
};

export function noticeOf(policy: ResponsePolicy, language: string): string {
  const notices = NOTICES[policy];
  return notices === undefined ? "" : (notices[language] ?? notices.en);
}
