// A combobox: the browser moves through the list and closes it, Python only searches and takes what was chosen.
import { useEffect, useId, useRef, useState } from "react";

const PAUSE_MS = 350;
const SHORTEST = 3;

export function AddressSearch({ label, hits = [], status, searchAsYouType = true, onSearch, onChoose, onDismiss }) {
  const input = useRef(null);
  const timer = useRef(0);
  const id = useId();
  const [active, setActive] = useState(-1);

  useEffect(() => {
    input.current.focus();
    return () => clearTimeout(timer.current);
  }, []);
  useEffect(() => setActive(-1), [hits.map((hit) => hit.key).join()]);

  const search = () => {
    clearTimeout(timer.current);
    const text = input.current.value.trim();
    if (text.length >= SHORTEST) onSearch(text);
  };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) setActive((now) => (now + step + hits.length + (now < 0 && step < 0 ? 1 : 0)) % hits.length);
    else if (event.key === "Enter" && active >= 0) onChoose(hits[active].key);
    else if (event.key === "Enter") search();
    else if (event.key === "Escape") onDismiss();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="grow">
      <input
        ref={input} type="search" className="input" role="combobox" autoComplete="off" maxLength={200}
        aria-label={label} placeholder={label} aria-autocomplete="list" aria-expanded={hits.length > 0}
        aria-controls={`${id}-list`} aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        data-testid="address-input" onKeyDown={onKeyDown}
        onChange={() => {
          clearTimeout(timer.current);
          if (searchAsYouType) timer.current = setTimeout(search, PAUSE_MS);
        }}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} className="address-hits" hidden={!hits.length}>
        {hits.map((hit, index) => (
          <li
            key={hit.key} id={`${id}-${index}`} role="option" aria-selected={index === active} className="menu-item"
            data-testid="address-hit" onMouseDown={(event) => event.preventDefault()} onClick={() => onChoose(hit.key)}
          >
            {hit.label}
          </li>
        ))}
      </ul>
      <p role="status" className="address-status">{status}</p>
    </div>
  );
}
