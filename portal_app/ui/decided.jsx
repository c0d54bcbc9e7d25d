// Controls whose state the server decides: what the reader chose is shown at once, as the browser does it. The server's word
// counts when it comes: when it changes, when an answer (or a notice, `told`) has left it as it was, and when there is no answer.
import { useEffect, useRef } from "react";

const ANSWERED_MS = 1000; // another answer, to a click before, may come first
const SILENT_MS = 8000;

// Radios of one name are one choice.
const together = (control) =>
  control.type === "radio" ? [...document.getElementsByName(control.name)].filter((each) => each.isDecided) : [control];

function useDecided(property, word, props) {
  const ref = useRef(null); // its own: Reflex gives one to all rows of a list
  const timer = useRef(0);
  const obey = () => {
    clearTimeout(timer.current);
    for (const control of together(ref.current)) {
      control[property] = control.word;
      control.isOpen = false;
    }
  };
  const obeyAfter = (ms) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(obey, ms);
  };
  useEffect(() => {
    const control = ref.current;
    if (props.ref) props.ref.current = control;
    const isNews = !control.isDecided || control.word !== word;
    Object.assign(control, { word, isDecided: true });
    if (isNews || !together(control).some((each) => each.isOpen)) obey();
    else obeyAfter(ANSWERED_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const onChange = (event) => {
    ref.current.isOpen = true;
    obeyAfter(SILENT_MS);
    props.onChange(event);
  };
  return { ref, onChange };
}

export function DecidedInput({ checked, told, ...props }) {
  return <input {...props} defaultChecked={checked} {...useDecided("checked", checked, props)} />;
}

export function DecidedSelect({ value, told, ...props }) {
  return <select {...props} defaultValue={value} {...useDecided("value", value, props)} />;
}
