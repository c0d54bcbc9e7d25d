// Writing a text that the server knows as a draft: what is typed never jumps back because an answer came late.
import { useEffect, useRef, useState } from "react";
import { useBlocker, useLocation } from "react-router";
import { standAt } from "$/public/external/portal_app/ui/behaviour/behaviour.jsx";

const PAUSE_MS = 250;

// `value` is taken when `revision` changes, never otherwise; what is typed is told after a pause and on leaving the field.
export function useDraft({ value, revision, onText }) {
  const [text, setText] = useState(value ?? "");
  const told = useRef(value ?? "");
  const timer = useRef(0);
  const latest = useRef(onText);
  latest.current = onText;
  useEffect(() => {
    clearTimeout(timer.current);
    told.current = value ?? "";
    setText(value ?? "");
  }, [revision]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tell = (next) => {
    clearTimeout(timer.current);
    if (next === told.current) return;
    told.current = next;
    latest.current(next);
  };
  const write = (next) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tell(next), PAUSE_MS);
  };
  return { text, write, tellNow: () => tell(text) };
}

export function DraftField({ value, revision, multiline, onText, ...rest }) {
  const { text, write, tellNow } = useDraft({ value, revision, onText });
  const Field = multiline ? "textarea" : "input";
  return (
    <Field
      {...rest}
      value={text}
      data-unsaved={text !== (value ?? "") || undefined}
      onChange={(event) => write(event.target.value)}
      onBlur={tellNow}
    />
  );
}

// Asks for what is `wanted` as long as the server shows something else, also when it has forgotten what it showed.
export function AskFor({ wanted, shown, onAsk }) {
  useEffect(() => {
    if (wanted && wanted !== shown) onAsk(wanted);
  }, [wanted, shown]);
  return null;
}

// What was chosen lies below what it was chosen in: on a phone always, elsewhere where something leads to it from afar,
// which counts in `sought`. It comes into sight, and its heading gets the focus, unless an entry has opened to write in.
export function ShowWhenChanged({ value, sought }) {
  const place = useRef(null);
  const before = useRef({ value, sought });
  useEffect(() => {
    const had = before.current;
    before.current = { value, sought };
    const isPhone = matchMedia("(max-width: 899px)").matches;
    if (!had.value || (had.sought === sought && (had.value === value || !isPhone))) return;
    if (document.activeElement.matches("input")) return;
    standAt(place.current.parentElement.querySelector("h2"));
    place.current.parentElement.scrollIntoView({ block: isPhone ? "start" : "nearest" });
  }, [value, sought]);
  return <span ref={place} hidden />;
}

// What appears where nobody looks, as the answer to what was sent, is read next; `first` is where it begins.
export function ReadNext({ first }) {
  const place = useRef(null);
  useEffect(() => {
    const about = place.current.parentElement;
    standAt(about.querySelector(first));
    about.scrollIntoView({ block: "start" });
  }, []);
  return <span ref={place} hidden />;
}

// Stands in content that comes after the page: the reader begins at the place in it that the address names, at its heading.
export function StandWhereTold() {
  const { hash } = useLocation();
  useEffect(() => {
    const told = document.getElementById(hash.slice(1));
    standAt(told?.querySelector("h2, h3") ?? (hash && document.querySelector("main h1")));
    told?.scrollIntoView({ block: "center" });
  }, [hash]);
  return null;
}

// Stands in what goes away with the button that was pressed in it: the reader goes on where they were before, or at `back`
// (an id), else at the heading of the page. On a touch screen an entry would bring its keyboard.
export function FocusKept({ back }) {
  const place = useRef(null);
  useEffect(() => {
    const going = place.current.parentElement;
    let entry = document.activeElement;
    let isInside = going.contains(entry);
    const note = (event) => {
      isInside = going.contains(event.target);
      if (!isInside) entry = event.target;
    };
    document.addEventListener("focusin", note);
    return () => {
      document.removeEventListener("focusin", note);
      if (!isInside || document.activeElement !== document.body) return;
      const before = entry.isConnected ? entry : document.getElementById(entry.id);
      const was = before !== document.body && matchMedia("(hover: hover)").matches && before;
      standAt(document.getElementById(back) || was || document.querySelector("main h1"));
    };
  }, []);
  return <span ref={place} hidden />;
}

// The draft also stays in this tab, because a server may restart. `mark` names the server's memory: while it is the same,
// an empty draft was saved or discarded; when it is another one, the draft was forgotten and goes back to `onRestore`.
export function DraftKeeper({ kept, mark, about, onRestore }) {
  useEffect(() => {
    if (!mark) return;
    const key = `draft:${location.pathname}:${about}`; // what is new has no id that only one page has
    if (kept?.mark) {
      sessionStorage.setItem(key, JSON.stringify(kept));
      return;
    }
    const stored = sessionStorage.getItem(key);
    if (!stored) return;
    sessionStorage.removeItem(key);
    const entry = JSON.parse(stored);
    if (entry.mark !== mark) onRestore(entry);
  }, [kept, mark, about]);
  return null;
}

// Stands in a form: from the first entry until it is sent, or left by a link of its own, leaving the page asks first.
export function FormGuard() {
  const place = useRef(null);
  const [active, setActive] = useState(false);
  useEffect(() => {
    const form = place.current.closest("form");
    const begin = () => setActive(true);
    const end = (event) => (event.type === "submit" || event.target.closest("a")) && setActive(false);
    const told = [["input", begin], ["submit", end], ["click", end]];
    for (const [name, listener] of told) form.addEventListener(name, listener, true);
    return () => told.forEach(([name, listener]) => form.removeEventListener(name, listener, true));
  }, []);
  return <span ref={place} hidden><LeaveGuard active={active} /></span>;
}

// While `active`, leaving the page asks first. Another page of the portal waits for an answer on this page: it opens once
// nothing is left to lose, and is forgotten when the question is closed. Everything else, and a page that has no question
// of its own (`onBlocked`), is asked by the browser itself.
export function LeaveGuard({ active, asking, onBlocked }) {
  const blocker = useBlocker(
    ({ currentLocation: here, nextLocation: there }) =>
      active && !there.pathname.includes("/sign-in") && here.pathname + here.search !== there.pathname + there.search,
  );
  const question = useRef("none"); // none, put, seen
  useEffect(() => {
    if (blocker.state !== "blocked") {
      question.current = "none";
    } else if (!active) {
      blocker.proceed();
    } else if (!onBlocked) {
      const { pathname, search, hash } = blocker.location;
      blocker.reset();
      window.location.assign(pathname + search + hash); // leaves the page for good, so the browser asks
    } else if (question.current === "none") {
      question.current = "put";
      onBlocked();
    } else if (asking) {
      question.current = "seen";
    } else if (question.current === "seen") {
      blocker.reset();
    }
  }, [blocker.state, active, asking]);
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event) => {
      event.preventDefault();
      event.returnValue = "";
      event.stopImmediatePropagation(); // Reflex would close its socket here, and who stays would be left without one
    };
    window.addEventListener("beforeunload", ask, true);
    return () => window.removeEventListener("beforeunload", ask, true);
  }, [active]);
  return null;
}
