import fc from "fast-check";
import { classificationOf, hitsOf, recognisersOf, signalsOf } from "./testing/signals-of";

/** Identifiers whose check digits are right, with the words that they need. Numbers are invented or their issuer's published samples. */
const IDENTIFIERS: readonly (readonly [recogniser: string, before: string, identifier: string, after?: string])[] = [
  ["payment-card-luhn", "pay with ", "4111 1111 1111 1111"],
  ["payment-card-luhn", "amex ", "3782 822463 10005"],
  ["payment-card-luhn", "card=", "5555555555554444", ";"],
  ["iban-mod97", "to ", "DE89 3704 0044 0532 0130 00", " today please"],
  ["iban-mod97", "to ", "GB82WEST12345698765432"],
  ["iban-mod97", "", "gb82 west 1234 5698 7654 32"],
  ["us-ssn-context", "her SSN is ", "078-05-1120"],
  ["us-ssn-context", "social security ", "078051120"],
  ["de-tax-id", "Steuer-ID ", "86 095 742 719"],
  ["de-pension-number", "SV-Nummer ", "65 170839 J 003"],
  ["fr-nir", "NIR ", "2 55 08 14 168 025 38"],
  ["es-dni", "DNI ", "12345678Z"],
  ["es-nie", "NIE ", "X1234567L"],
  ["uk-nhs-number", "NHS number ", "943 476 5919"],
  ["uk-nino", "", "AB 12 34 56 C"],
  ["uk-nino-context", "insurance ", "AB123456C"],
  ["it-codice-fiscale", "", "RSSMRA85T10A562S"],
  ["nl-bsn", "BSN ", "111222333"],
  ["be-national-number", "rijksregister ", "85.07.30-033.28"],
  ["ch-ahv", "", "756.9217.0769.85"],
  ["pt-nif", "NIF ", "123456789"],
  ["pl-pesel", "PESEL ", "44051401359"],
  ["br-cpf", "CPF ", "529.982.247-25"],
  ["us-npi", "NPI ", "1234567893"],
  ["us-dea", "DEA ", "AB1234563"],
  ["passport-context", "passport no. ", "K12345678"],
  ["date-of-birth-context", "born on ", "14 February 1991"],
  ["date-of-birth-context", "geb. am ", "17.03.1982"],
  ["date-of-birth-context", "née le ", "09/12/1990"],
  ["date-of-birth-context", "DOB: ", "1988-11-02"],
  ["medical-record-number", "MRN ", "00482913"],
  ["icd-10-context", "diagnosis ", "E11.9"],
  ["email", "write to ", "anna.k+x@mail.example.co.uk", "."],
  ["phone", "on ", "+49 30 901820"],
  ["phone", "my mobile is ", "07700 900123"],
  ["phone", "", "(415) 555-2671"],
  ["phone", "du ", "01 42 68 53 00"],
];

describe("structured identifiers", () => {
  it.each(IDENTIFIERS.map(([recogniser, before, identifier, after = ""]) => [recogniser, before, identifier, after] as const))("%s: %s`%s`", (recogniser, before, identifier, after) => {
    expect(hitsOf(`${before}${identifier}${after}`, recogniser)).toEqual([identifier]);
  });

  it("a checksum refuses every single wrong digit", () => {
    const checked = IDENTIFIERS.filter(([name]) => ["payment-card-luhn", "iban-mod97", "de-tax-id", "fr-nir", "uk-nhs-number", "nl-bsn", "ch-ahv", "br-cpf"].includes(name));
    for (const [recogniser, before, identifier, after = ""] of checked) {
      for (let at = 0; at < identifier.length; at++) {
        if (!/\d/.test(identifier.charAt(at))) continue;
        const wrong = `${identifier.slice(0, at)}${(Number(identifier[at]) + 1) % 10}${identifier.slice(at + 1)}`;
        expect([wrong, hitsOf(`${before}${wrong}${after}`, recogniser)]).toEqual([wrong, []]);
      }
    }
  });

  it.each([
    "Order 4111 1111 1111 1112 has shipped", "ISBN 978-3-16-148410-0", "version 10.4.22.1", "192.168.10.254", "52.520008, 13.404954", "icon@2x.png",
    "react@18.3.1", "the @Injectable() decorator", "git@github.com:acme/site.git", "0.30000000000000004", "12-345-6789-0", "valve A10.2, gasket E11.9", "born in a garage in 1998",
    "le magasin ne ferme pas le 12/05/2026", "SKU AB123456C-01", "call 2147483647 + 1 in Java", "password = os.environ[\"DB_PASSWORD\"]", "api_key=\"YOUR_API_KEY\"",
    "token: 4096", "integrity sha512-9f8e1c2ab77d04e65b1fb2d90e64c3a1f0de8b57", "be patient with a buyer who has a cold and a fever",
  ])("finds nothing in a look-alike: %s", (text) => {
    expect(recognisersOf(text)).toEqual([]);
  });

  it("points at the hit where lower-casing or marks change lengths before it", () => {
    for (const before of ["İİİİ ", "ẞẞ ", "e\u0301e\u0301 ", "😀😀 ", "ﬁﬁ ", "İ\u0307 "]) {
      const text = `${before}lawsuit, mail anna@example.com`;
      expect(hitsOf(text, "email")).toEqual(["anna@example.com"]);
      expect(hitsOf(text, "terms:legal-dispute")).toEqual(["lawsuit"]);
    }
  });

  it("understands words without their accents, decomposed, or with hidden characters in them", () => {
    for (const word of ["dossier médical", "dossier medical", "dossier me\u0301dical", "dos\u00adsier mé\u200bdical", "DOSSIER MÉDICAL"]) {
      expect([word, recognisersOf(word)]).toEqual([word, ["terms:health-record"]]);
    }
  });
});

describe("every signal", () => {
  const piece = fc.oneof(
    fc.constantFrom(...IDENTIFIERS.map(([, before, identifier]) => before + identifier), "the patient has asthma", "margin of", "error", "the merger is not public", "contract"),
    fc.string({ unit: "grapheme", maxLength: 12 }),
  );
  const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(" "));

  it("has a span inside the text and a confidence from 0 to 1, in order of position, and no text", () => {
    fc.assert(
      fc.property(line, (text) => {
        let last = 0;
        for (const { start, end, confidence, ...rest } of signalsOf(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(Object.keys(rest).sort()).toEqual(["recogniser", "riskClass", "signal"]);
          last = start;
        }
      }),
    );
  });

  it("I7 risk only rises: lines before and after a text take no recogniser away", () => {
    fc.assert(
      fc.property(line, line, line, (before, text, after) => {
        const whole = new Set(recognisersOf(`${before}\n${text}\n${after}`));
        expect(recognisersOf(text).filter((recogniser) => !whole.has(recogniser))).toEqual([]);
      }),
    );
  });
});

describe("urgency", () => {
  it.each([
    ["Please answer asap, the client is waiting", "interactive"],
    ["Bitte dringend antworten", "interactive"],
    ["No rush, by tomorrow is fine", "batch"],
    ["Das ist nicht dringend", "batch"],
    ["Summarise the notes", "standard"],
  ])("%s → %s", (text, latencyClass) => {
    expect(classificationOf(text).latencyClass).toBe(latencyClass);
  });
});

describe("needed capabilities", () => {
  it.each([
    ["Return valid JSON with two keys", ["json"]],
    ["What is in ![this](https://example.com/a.png)?", ["vision"]],
    ['Tools: [{"type":"function","function":{"name":"f"}}]. What is your next action?', ["tools"]],
    ["Describe how vision and tools work", []],
  ])("%s → %j", (text, capabilities) => {
    expect(classificationOf(text).capabilities).toEqual(capabilities);
  });
});
