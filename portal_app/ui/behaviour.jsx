// The little behaviour that the platform leaves to us: dialogs opened by state, menus that close, tabs with arrow keys.
import { useEffect, useRef } from "react";

const FIRST_ENTRY = "form :is(input:not([type=hidden], [type=file]), select, textarea)";

// The reader goes on at `place`, a heading or an entry, with the keyboard and a screen reader too; the page does not move.
export function standAt(place) {
  if (!place) return;
  if (place.tabIndex < 0) place.tabIndex = -1; // a heading takes the focus only when told to
  place.focus({ preventScroll: true });
}

// A native modal dialog that follows `open`. Esc and a click beside it ask to close; focus goes back to where it was, or
// to the title of the card it was in, where what was pressed there is gone.
// It begins at the first entry, but on a touch screen, where a keyboard would cover half of it. What there is to say of the
// connection is said in it (shell.jsx).
export function Dialog({ open, onDismiss, labelledby, className, children }) {
  const ref = useRef(null);
  const opener = useRef(null);
  const card = useRef(null);
  useEffect(() => {
    const dialog = ref.current;
    if (open && !dialog.open) {
      opener.current = document.activeElement;
      card.current = opener.current.closest(".card");
      dialog.showModal();
      if (matchMedia("(hover: hover)").matches) dialog.querySelector(FIRST_ENTRY)?.focus();
    } else if (!open && dialog.open) {
      dialog.close();
    }
    if (!open && opener.current) {
      const title = card.current?.isConnected && card.current.querySelector("h2");
      standAt(opener.current.isConnected ? opener.current : title || document.querySelector("main h1"));
      opener.current = null;
    }
  }, [open]);
  const dismiss = () => onDismiss && onDismiss();
  return (
    <dialog
      ref={ref}
      className={className}
      aria-labelledby={labelledby}
      onCancel={(event) => {
        if (event.target !== ref.current) return;
        event.preventDefault();
        dismiss();
      }}
      onClose={(event) => event.target === ref.current && open && dismiss()}
      onMouseDown={(event) => event.target === ref.current && dismiss()}
    >
      <p className="vh" role="status" data-connection />
      {open ? <div className="dialog">{children}</div> : null}
    </dialog>
  );
}

// <details> as a menu: closes after a choice, on Esc and on a click elsewhere.
export function Menu({ label, trigger, triggerClass, className, children }) {
  const ref = useRef(null);
  useEffect(() => {
    const menu = ref.current;
    const close = (event) => {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("focusin", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("focusin", close);
    };
  }, []);
  return (
    <details
      ref={ref}
      className={className}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !ref.current.open) return;
        event.stopPropagation();
        ref.current.open = false;
        ref.current.querySelector("summary").focus();
      }}
    >
      <summary className={triggerClass} aria-label={label || undefined} title={label || undefined}>
        {trigger}
      </summary>
      <div
        className="menu"
        onClick={(event) => {
          if (!event.target.closest("a, button")) return;
          ref.current.open = false;
          ref.current.querySelector("summary").focus({ preventScroll: true });
        }}
      >
        {children}
      </div>
    </details>
  );
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

// What takes the place of a page's content, as thanks do, is read from its beginning.
export function FromTheTop() {
  const place = useRef(null);
  useEffect(() => {
    standAt(place.current.parentElement.querySelector("h1"));
    scrollTo({ top: 0, behavior: "instant" });
  }, []);
  return <span ref={place} hidden />;
}

// On a phone the row of tabs scrolls sideways: the chosen one is brought into sight, once for each choice.
export function TabList({ label, className, role = "tablist", children }) {
  const ref = useRef(null);
  const shown = useRef(null);
  useEffect(() => {
    const tab = ref.current.querySelector("[aria-selected=true], [aria-current=page]");
    if (!tab || tab === shown.current) return;
    shown.current = tab;
    ref.current.scrollLeft = tab.offsetLeft - ref.current.offsetLeft - (ref.current.clientWidth - tab.offsetWidth) / 2;
  });
  return (
    <div
      ref={ref}
      role={role}
      aria-label={label}
      className={className}
      onKeyDown={(event) => {
        const tabs = [...event.currentTarget.querySelectorAll("[role=tab]")];
        const at = tabs.indexOf(document.activeElement);
        let next = null;
        if (event.key in STEPS) next = tabs[(at + STEPS[event.key] + tabs.length) % tabs.length];
        if (event.key === "Home") next = tabs[0];
        if (event.key === "End") next = tabs[tabs.length - 1];
        if (!next) return;
        event.preventDefault();
        next.focus();
        next.click();
      }}
    >
      {children}
    </div>
  );
}
