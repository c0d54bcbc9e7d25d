// A form whose entries are a draft on the server while somebody fills it in. The controls are made elsewhere and keep what
// is typed; an answer that comes late never changes them. What the server has not confirmed stays in this tab: it is sent
// again until it is, and stands in the controls again after a reload.
//
// A field is a [data-field] with its [data-kind]; a box of terms is an input[data-accept] with the version's id.
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";

const PAUSE_MS = 700;
const PATIENCE_MS = 5000; // then the page says that the connection is missing, and tries again
const LONGEST_PATIENCE_MS = 40000;

const Draft = createContext("");

const READ = {
  "yes-no": (place) => ({ yes: true, no: false })[place.querySelector("input:checked")?.value] ?? null,
  "single-choice": (place) => place.querySelector("input:checked, select")?.value || null,
  "several-choices": (place) => [...place.querySelectorAll("input:checked")].map((box) => box.value),
  address: (place) => Object.fromEntries([...place.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part.value])),
};

const WRITE = {
  "yes-no": (place, value) => check(place, [value === true ? "yes" : value === false ? "no" : ""]),
  "single-choice": (place, value) => {
    const list = place.querySelector("select");
    list ? (list.value = value ?? "") : check(place, [value]);
  },
  "several-choices": (place, value) => check(place, value ?? []),
  address: (place, value) => place.querySelectorAll("[data-part]").forEach((part) => (part.value = value?.[part.dataset.part] ?? "")),
};

const check = (place, values) =>
  place.querySelectorAll("input").forEach((box) => (box.checked = values.includes(box.value)));

const controlOf = (place) => place.querySelector("input, textarea, select");
// What a link to a place leads to: who follows it goes on typing.
const CONTROLS = "input:not([type=hidden], [type=file]), select, textarea, button";
const goalOf = (link) => {
  const place = document.getElementById(link.hash.slice(1));
  return place?.matches(CONTROLS) ? place : place?.querySelector(CONTROLS);
};
const read = (place) => (READ[place.dataset.kind] ?? ((at) => controlOf(at).value))(place);
const write = (place, value) => (WRITE[place.dataset.kind] ?? ((at) => (controlOf(at).value = value ?? "")))(place, value);
const acceptedIn = (form) => [...form.querySelectorAll("[data-accept]:checked")].map((box) => box.dataset.accept);

const storage = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? "{}");
    } catch {
      return {};
    }
  },
  write(key, entries) {
    try {
      Object.keys(entries).length ? sessionStorage.setItem(key, JSON.stringify(entries)) : sessionStorage.removeItem(key);
    } catch {
      // A full or forbidden storage: the entries are still in the page and on their way.
    }
  },
};

// Another form, or the same in another shape or language, is made anew.
export function StepForm({ shape, ...rest }) {
  return <Form key={`${rest.about} ${shape}`} {...rest} />;
}

function Form({ about, opened, saved, mark, failures, onDraft, onSend, className, label, children, ...rest }) {
  const ref = useRef(null);
  const key = `step:${about}`;
  const pending = useRef(null); // field id → { value, number, language }
  const known = useRef({ last: 0, wait: PATIENCE_MS, timer: 0, retry: 0, tick: 0, accepted: [], failures }).current;
  const events = useRef({});
  events.current = { onDraft, onSend };
  const focused = useRef(null);
  const [status, setStatus] = useState("");

  // Numbers grow across reloads and tabs of this browser, so an old confirmation confirms nothing new.
  const nextNumber = () => (known.last = Math.max(Date.now(), known.last + 1));

  // Ticks have no place of their own in a message: all of them go with each, and `tick` is the number of the latest.
  const isUnsaved = () => known.tick > 0 || Object.keys(pending.current ?? {}).length > 0;

  const tell = (left = "") => {
    clearTimeout(known.timer);
    if (!isUnsaved()) return;
    const entries = Object.entries(pending.current ?? {});
    if (ref.current) known.accepted = acceptedIn(ref.current); // the form may be gone already
    events.current.onDraft({
      about,
      number: entries.reduce((most, [, entry]) => Math.max(most, entry.number), known.tick),
      language: entries[0]?.[1].language ?? document.documentElement.lang,
      left,
      values: Object.fromEntries(entries.map(([id, entry]) => [id, entry.value])),
      accepted: known.accepted,
    });
    watch();
  };

  // Nothing is believed to be saved until the server says so.
  const watch = () => {
    clearTimeout(known.retry);
    known.retry = setTimeout(() => {
      if (!isUnsaved()) return;
      setStatus("waiting");
      known.wait = Math.min(known.wait * 2, LONGEST_PATIENCE_MS);
      tell();
    }, known.wait);
  };

  const tellTicks = () => {
    known.tick = nextNumber();
    setStatus((now) => (now === "waiting" ? now : "saving"));
    tell();
  };

  const note = (place) => {
    pending.current[place.dataset.field] = { value: read(place), number: nextNumber(), language: document.documentElement.lang };
    storage.write(key, pending.current);
    setStatus((now) => (now === "waiting" ? now : "saving"));
    clearTimeout(known.timer);
    known.timer = setTimeout(tell, PAUSE_MS);
  };

  useEffect(() => {
    const form = ref.current;
    pending.current = storage.read(key);
    for (const [id, entry] of Object.entries(pending.current)) {
      const place = form.querySelector(`[data-field="${CSS.escape(id)}"]`);
      place ? write(place, entry.value) : delete pending.current[id];
      known.last = Math.max(known.last, entry.number);
    }
    tell();
    const ask = (event) => {
      if (!isUnsaved()) return;
      tell();
      event.preventDefault();
      event.stopImmediatePropagation(); // the socket stays open for what was told: Reflex closes it on pagehide as well
    };
    const again = () => tell();
    window.addEventListener("beforeunload", ask, true);
    window.addEventListener("online", again);
    return () => {
      tell();
      clearTimeout(known.timer);
      clearTimeout(known.retry);
      window.removeEventListener("beforeunload", ask, true);
      window.removeEventListener("online", again);
    };
  }, [about, opened]);

  // The page was opened anew under whoever is typing (the connection came back): they go on where they were.
  useEffect(() => {
    const before = focused.current;
    if (!before || before.isConnected || document.activeElement !== document.body) return;
    const control = document.getElementById(before.id);
    control?.focus({ preventScroll: true });
    if (control && typeof before.selectionStart === "number")
      control.setSelectionRange(before.selectionStart, before.selectionEnd);
  }, [opened]);

  useEffect(() => {
    if (!saved || !pending.current) return;
    for (const [id, entry] of Object.entries(pending.current)) if (entry.number <= saved) delete pending.current[id];
    storage.write(key, pending.current);
    if (known.tick <= saved) known.tick = 0;
    if (isUnsaved()) return;
    clearTimeout(known.retry);
    known.wait = PATIENCE_MS;
    setStatus("saved");
  }, [saved]);

  // Another mark is another memory on the server: it does not know which boxes are ticked here.
  useEffect(() => {
    if (mark && ref.current && acceptedIn(ref.current).length) tellTicks();
  }, [mark]);

  useEffect(() => {
    if (failures === known.failures) return undefined;
    known.failures = failures;
    // A dialog that closes at the same moment gives the focus back first.
    const timer = setTimeout(() => {
      const summary = ref.current?.querySelector("[data-summary]");
      summary?.scrollIntoView({ block: "center" });
      summary?.focus({ preventScroll: true });
    });
    return () => clearTimeout(timer);
  }, [failures]);

  const changed = (event) => {
    const box = event.target;
    if (box.dataset.accept) return tellTicks();
    const place = box.closest("[data-field]");
    if (place) note(place);
  };

  const send = (event) => {
    event.preventDefault();
    tell();
    const places = [...ref.current.querySelectorAll("[data-field]")];
    events.current.onSend?.({
      about,
      number: nextNumber(),
      language: document.documentElement.lang,
      left: "",
      values: Object.fromEntries(places.map((place) => [place.dataset.field, read(place)])),
      accepted: acceptedIn(ref.current),
    });
  };

  return (
    <Draft.Provider value={status}>
      <form
        {...rest}
        ref={ref}
        noValidate
        aria-label={label}
        className={className}
        onSubmit={send}
        onInput={changed}
        onFocus={(event) => (focused.current = event.target)}
        onBlur={(event) => {
          focused.current = null;
          const place = event.target.closest("[data-field]");
          if (place && !place.contains(event.relatedTarget) && place.dataset.field in (pending.current ?? {})) tell(place.dataset.field);
        }}
        onKeyDown={(event) => {
          // Sending is a decision: Enter in a field does not make it.
          if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
        }}
        onClick={(event) => {
          const link = event.target.closest("a[href^='#']");
          if (link) setTimeout(() => goalOf(link)?.focus({ preventScroll: true })); // the browser brings it into sight
          const place = event.target.closest("[data-clear]")?.closest("[data-field]");
          if (!place) return;
          check(place, []);
          note(place);
          controlOf(place).focus(); // the button goes with the answer
        }}
      >
        {children}
      </form>
    </Draft.Provider>
  );
}

// What became of the last entry; only a missing connection is read aloud.
export function DraftStatus({ saving, saved, waiting, savedSign, waitingSign }) {
  const status = useContext(Draft);
  const words = useMemo(() => ({ saving, saved, waiting }), [saving, saved, waiting]);
  return (
    <>
      <span className={`draft-status ${status}`} data-testid="draft-status" data-status={status}>
        {status === "saved" ? savedSign : status === "waiting" ? waitingSign : null}
        {words[status] ?? ""}
      </span>
      <span className="vh" role="status">
        {status === "waiting" ? words.waiting : ""}
      </span>
    </>
  );
}
