// Lists that people put in order by pointer, touch or keyboard. It moves nothing itself: it tells `onMove`, and the new
// order comes from the server. What is inside says what it is with data attributes (see sortable.py).
import { useEffect, useRef, useState } from "react";

const THRESHOLD = 4;
const EDGE = 60;
const WAIT_MS = 4000;

const itemsOf = (list) => [...list.children].filter((child) => child.dataset.sortId);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

export function Sortable({ onMove, said, className, children }) {
  const root = useRef(null);
  const drag = useRef(null);
  const awaited = useRef(null);
  const [line, setLine] = useState(null);
  const [message, setMessage] = useState("");

  const listsOf = (kind) => [...root.current.querySelectorAll(`[data-sort-list="${kind}"]`)];
  const placeOf = (item) => {
    const list = item.parentElement;
    return { parent: list.dataset.sortParent ?? "", position: itemsOf(list).indexOf(item), count: itemsOf(list).length };
  };

  const move = (item, parent, position, focus) => {
    const before = placeOf(item);
    if (before.parent === parent && before.position === position) return;
    const { sortId: id, sortKind: kind } = item.dataset;
    awaited.current = { id, focus, before, until: Date.now() + WAIT_MS };
    onMove(kind, id, parent, position);
  };

  // One step up or down; at the end of a list on into the next one of its kind.
  const step = (item, direction, focus) => {
    const { parent, position, count } = placeOf(item);
    const next = position + direction;
    if (next >= 0 && next < count) return move(item, parent, next, focus);
    const lists = listsOf(item.dataset.sortKind);
    const other = lists[lists.indexOf(item.parentElement) + direction];
    if (other) move(item, other.dataset.sortParent ?? "", direction > 0 ? 0 : itemsOf(other).length, focus);
  };

  // When the moved item stands in its new place, the focus goes with it and the place is read aloud.
  useEffect(() => {
    const observer = new MutationObserver(() => {
      const wanted = awaited.current;
      if (!wanted) return;
      const item = root.current.querySelector(`[data-sort-id="${wanted.id}"]`);
      if (!item || Date.now() > wanted.until) {
        awaited.current = null;
        return;
      }
      const place = placeOf(item);
      if (place.parent === wanted.before.parent && place.position === wanted.before.position) return;
      awaited.current = null;
      item.querySelector(wanted.focus)?.focus({ preventScroll: true });
      item.scrollIntoView({ block: "nearest" });
      setMessage(fill(said, { name: item.dataset.sortName, place: place.position + 1, count: place.count }));
    });
    observer.observe(root.current, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-sort-id"] });
    return () => observer.disconnect();
  }, [said]);

  const aimAt = (y, item) => {
    let best = null;
    for (const list of listsOf(item.dataset.sortKind)) {
      const others = itemsOf(list).filter((other) => other !== item);
      const box = list.getBoundingClientRect();
      const gaps = others.map((other) => other.getBoundingClientRect().top);
      gaps.push(others.length ? others[others.length - 1].getBoundingClientRect().bottom : box.top + box.height / 2);
      gaps.forEach((gap, position) => {
        const distance = Math.abs(gap - y);
        if (!best || distance < best.distance) {
          best = { distance, position, parent: list.dataset.sortParent ?? "", top: gap, left: box.left, width: box.width };
        }
      });
    }
    return best;
  };

  // What is held, also when the list was drawn anew meanwhile.
  const inHand = () => {
    const held = drag.current;
    if (held && !held.item.isConnected) {
      held.item = root.current.querySelector(`[data-sort-id="${held.item.dataset.sortId}"]`);
      if (!held.item) drag.current = null;
      else if (held.isActive) held.item.classList.add("lift");
    }
    return drag.current;
  };

  const finish = (isDone) => {
    const held = inHand();
    if (!held) return setLine(null);
    drag.current = null;
    held.item.classList.remove("lift");
    held.item.style.translate = "";
    setLine(null);
    if (isDone && held.aim) move(held.item, held.aim.parent, held.aim.position, "[data-sort-handle]");
  };

  return (
    <div
      ref={root}
      className={className}
      style={{ position: "relative" }}
      onPointerDown={(event) => {
        const handle = event.target.closest("[data-sort-handle]");
        if (!handle || event.button) return;
        const item = handle.closest("[data-sort-id]");
        handle.setPointerCapture(event.pointerId);
        drag.current = { item, handle, from: event.clientY, scrolled: window.scrollY, isActive: false, aim: null };
      }}
      onPointerMove={(event) => {
        const held = inHand();
        if (!held) return;
        const y = event.clientY;
        if (!held.isActive) {
          if (Math.abs(y - held.from) < THRESHOLD) return;
          held.isActive = true;
          held.item.classList.add("lift");
        }
        if (y < EDGE) window.scrollBy(0, -12);
        else if (y > window.innerHeight - EDGE) window.scrollBy(0, 12);
        held.item.style.translate = `0 ${y - held.from + window.scrollY - held.scrolled}px`;
        held.aim = aimAt(y, held.item);
        const box = root.current.getBoundingClientRect();
        setLine(held.aim && { top: held.aim.top - box.top, left: held.aim.left - box.left, width: held.aim.width });
      }}
      onPointerUp={() => finish(true)}
      onPointerCancel={() => finish(false)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && drag.current?.isActive) {
          event.stopPropagation();
          finish(false);
          return;
        }
        const handle = event.target.closest("[data-sort-handle]");
        const direction = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!handle || !direction) return;
        event.preventDefault();
        step(handle.closest("[data-sort-id]"), direction, "[data-sort-handle]");
      }}
      onClick={(event) => {
        const button = event.target.closest("[data-sort-step]");
        if (button) step(button.closest("[data-sort-id]"), Number(button.dataset.sortStep), "summary");
      }}
    >
      {children}
      {line && (
        <div className="slot" aria-hidden="true" style={{ position: "absolute", margin: 0, pointerEvents: "none", ...line }} />
      )}
      <div className="vh" role="status">{message}</div>
    </div>
  );
}
