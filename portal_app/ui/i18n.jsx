// Texts of the page: static files per language (tools/catalogues.py). A page comes with the words of its door's frame and
// with its own. All others of its door come with the reader's first touch: before what a handler answers is shown, and
// before another page is.
import { use, useEffect, useSyncExternalStore } from "react";

const isBrowser = typeof window !== "undefined";
const listeners = new Set();

const encodeMark = (mark) =>
  "\ue000" + Buffer.from(JSON.stringify(mark), "utf8").toString("base64url") + "\ue001";

const fill = (text, values) =>
  values ? text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name] ?? "") : all)) : text;

// While prerendering every text is a mark; the server writes the reader's language there.
const marking = (id, values, n) => encodeMark({ i: id, v: values, n });

const spoken = {};
function receive([language, plural, texts]) {
  spoken[language] = { plural, texts: { ...spoken[language]?.texts, ...texts } };
}
if (isBrowser) {
  (window.portalTexts ?? []).forEach(receive);
  window.portalTexts = { push: receive };
}

function makeTranslator(spokenLanguage) {
  return (id, values, n) => {
    const { texts = {}, plural } = spoken[spokenLanguage] ?? {};
    let text = texts[id];
    if (text === undefined) return isAllThere(spokenLanguage) ? id : (fetchMissing(), "");
    if (Array.isArray(text)) {
      text = text[Number(plural(n))] ?? text[text.length - 1];
      values = { n: formatsOf(spokenLanguage).number(n), ...values };
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
  day: { day: "numeric", month: "short", year: "numeric" },
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
export const TextOf = ({ name }) => useTexts()(name);
export const useLanguage = () => useSyncExternalStore(subscribe, () => language, () => "");
// Server and first browser render give nothing, so that the two never differ by a narrow space.
export const useFormats = () => useSyncExternalStore(subscribe, () => formats, () => blank);

const addressOf = (file) => `${document.documentElement.dataset.texts}/${file}.js`;
const arrived = new Set(isBrowser ? [...document.scripts].map((script) => script.getAttribute("src")) : []);
const loading = {};

const load = (src) =>
  (loading[src] ??= new Promise((resolve) => {
    const script = document.createElement("script");
    const end = (hasCome) => {
      if (hasCome) arrived.add(src);
      delete loading[src];
      resolve(hasCome);
    };
    Object.assign(script, { src, onload: () => end(true), onerror: () => end(false) });
    document.head.append(script);
  }));

const isOfStaff = (page) => /^staff(\/|$)/.test(page);
const shownPage = () => location.pathname.slice(1);
const allFiles = (next, page) =>
  (isOfStaff(page) ? ["portal", "staff"] : ["portal"]).map((door) => addressOf(`${next}/all/${door}`));
const isAllThere = (next, page = shownPage()) => allFiles(next, page).every((src) => arrived.has(src));

// True when all of it is there.
const loadAll = async (next, page = shownPage()) =>
  (await Promise.all(allFiles(next, page).map((src) => arrived.has(src) || load(src)))).every(Boolean);

// Where they don't come, as from a server that has gone, it tries again at ever longer intervals.
let fetching = false;
async function fetchMissing() {
  if (fetching) return;
  fetching = true;
  for (let pause = 1000; !(await loadAll(language)); pause = Math.min(2 * pause, 60_000))
    await new Promise((resolve) => setTimeout(resolve, pause));
  speak(language);
  fetching = false;
}

if (isBrowser)
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => loadAll(language), { capture: true, once: true });

// A page that the router leads to: what was shown before stays until its words are there. It is tried once, because a page
// that lacks words is better than none.
const waits = {};
export function Words({ page, children }) {
  if (isBrowser && !arrived.has(addressOf(`${language}/page/${page}`)) && !isAllThere(language, page))
    use((waits[language + page] ??= loadAll(language, page)));
  return children;
}

function speak(next) {
  language = next;
  translator = makeTranslator(next);
  formats = formatsOf(next);
  listeners.forEach((listener) => listener());
}

export async function switchLanguage(next) {
  await loadAll(next);
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
let off = isBrowser ? window.portalCompany?.off ?? NONE : NONE;
export const useModulesOff = () => useSyncExternalStore(subscribe, () => off, () => NONE);

// An open page follows the company: its values as they are `now`, once its settings have changed.
export function CompanyChanges({ now }) {
  useEffect(() => {
    if (!now.name) return;
    window.portalCompany = now;
    off = now.off;
    listeners.forEach((listener) => listener());
  }, [now]);
  return null;
}
const signUp = isBrowser ? (window.portalCompany?.signUp ? "open" : "closed") : "";
export const useSignUp = () => useSyncExternalStore(subscribe, () => signUp, () => "");
const welcomeText = () => (isBrowser ? window.portalCompany?.welcome?.[language] ?? "" : "");
export const useWelcome = () => useSyncExternalStore(subscribe, welcomeText, () => "");
export const useOfferedLanguages = () => useSyncExternalStore(subscribe, () => offered, () => NONE);
