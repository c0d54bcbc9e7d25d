// Asks for new mail while somebody looks: when the page comes to the front, and every few seconds.
import { useEffect, useRef } from "react";

const EVERY_MS = 4000;

export function Looking({ onLook }) {
  const latest = useRef(onLook);
  latest.current = onLook;
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && latest.current();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return null;
}
