// Texts of the page. Static files per language fill window.portalTexts[language]: one for every page, one more for pages
// of staff. Those of the page's own language are there before hydration, others are fetched when the reader switches.
import { useSyncExternalStore } from "react";

const isBrowser = typeof window !== "undefined";
const listeners = new Set();

const encodeMark = (mark) =>
  "\ue000" + Buffer.from(JSON.stringify(mark), "utf8").toString("base64url") + "\ue001";

const fill = (text, values) =>
  values ? text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name] ?? "") : all)) : text;

// While prerendering every text is a mark; the server writes the reader's language there.
const marking = (id, values, n) => encodeMark({ i: id, v: values, n });

function makeTranslator(language) {
  const { texts, plural } = window.portalTexts?.[language] ?? { texts: {}, plural: (n) => n != 1 };
  return (id, values, n) => {
    let text = texts[id];
    if (text === undefined) {
      if (isBrowser) loadTexts(language).then((news) => news && speak(language));
      return id;
    }
    if (Array.isArray(text)) {
      text = text[Number(plural(n))] ?? text[text.length - 1];
      values = { n: formatsOf(language).number(n), ...values };
    }
    return fill(text, values);
  };
}

// The English of a European company: 10,370 but 5 December.
const LOCALES = { en: "en-GB" };
const DATES = {
  long: { day: "numeric", month: "long", year: "numeric" },
  short: { day: "numeric", month: "short" },
  day: { weekday: "short", day: "numeric", month: "long" },
  numeric: { day: "2-digit", month: "2-digit", year: "numeric" },
};
const MOMENTS = {
  moment: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  time: { hour: "2-digit", minute: "2-digit" },
};

// Days and moments stay on one line.
const whole = (text) => text.replaceAll(" ", "\u00a0");
const formatters = {};
function formatsOf(language) {
  const locale = LOCALES[language] ?? language;
  const intl = (kind, options) => {
    const key = kind + locale + JSON.stringify(options);
    return (formatters[key] ??= new Intl[kind](locale, options));
  };
  const numbers = (digits) => intl("NumberFormat", { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "always" });
  return {
    number: (value, digits = 0) => (value == null || value === "" ? "" : numbers(digits).format(value)),
    money: (cents, currency) =>
      cents == null ? "" : intl("NumberFormat", { style: "currency", currency: currency || "EUR", useGrouping: "always",
        minimumFractionDigits: cents % 100 ? 2 : 0, maximumFractionDigits: 2 }).format(cents / 100),
    // A day has no zone; a moment is shown where the reader is.
    date: (day, style) => (day ? whole(intl("DateTimeFormat", { ...DATES[style], timeZone: "UTC" }).format(new Date(`${day}`.slice(0, 10)))) : ""),
    moment: (at, style) => (at ? whole(intl("DateTimeFormat", MOMENTS[style]).format(new Date(at))) : ""),
  };
}

const blank = { number: () => "", money: () => "", date: () => "", moment: () => "" };
let language = isBrowser ? document.documentElement.lang : "en";
let translator = isBrowser ? makeTranslator(language) : marking;
let formats = isBrowser ? formatsOf(language) : blank;

const subscribe = (listener) => (listeners.add(listener), () => listeners.delete(listener));

// A new function per language, so that memoized components notice.
export const useTexts = () => useSyncExternalStore(subscribe, () => translator, () => translator);
export const useLanguage = () => useSyncExternalStore(subscribe, () => language, () => "");
// Server and first browser render give nothing, so that the two never differ by a narrow space.
export const useFormats = () => useSyncExternalStore(subscribe, () => formats, () => blank);

const isStaffPage = () => /^\/staff(\/|$)/.test(location.pathname);

const asked = {};
const loadScript = (src) =>
  (asked[src] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src, onload: resolve, onerror: reject });
    document.head.append(script);
  }));

// What this page says in a language and is not there yet; true when something came.
async function loadTexts(next) {
  const [everybodys, ofStaff] = window.portalTextFiles?.[next] ?? [];
  const missing = [everybodys, isStaffPage() && ofStaff].filter(
    (file) => file && !(file in asked) && !document.querySelector(`script[src="${file}"]`));
  await Promise.all(missing.map(loadScript));
  return missing.length > 0;
}

function speak(next) {
  language = next;
  translator = makeTranslator(next);
  formats = formatsOf(next);
  listeners.forEach((listener) => listener());
}

export async function switchLanguage(next) {
  await loadTexts(next);
  await Promise.all(Object.values(asked));
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `language=${next}; path=/; max-age=31536000; samesite=lax${secure}`;
  document.documentElement.lang = next;
  speak(next);
}

// What every visitor may know of the company; the server writes it where the prerendered page has marks.
const companyValue = isBrowser ? (field) => window.portalCompany?.[field] ?? "" : (field) => encodeMark({ c: field });
export const useCompany = () => companyValue;
// What a page is built from differently (the entries of a menu) is there after the first browser render, like numbers.
const NONE = [];
const offered = isBrowser ? window.portalCompany?.languages ?? NONE : NONE;
const signUp = isBrowser ? (window.portalCompany?.signUp ? "open" : "closed") : "";
export const useSignUp = () => useSyncExternalStore(subscribe, () => signUp, () => "");
const welcomeText = () => (isBrowser ? window.portalCompany?.welcome?.[language] ?? "" : "");
export const useWelcome = () => useSyncExternalStore(subscribe, welcomeText, () => "");
export const useOfferedLanguages = () => useSyncExternalStore(subscribe, () => offered, () => NONE);
