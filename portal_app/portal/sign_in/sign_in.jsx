// Which step of signing in the reader is at. Nothing of it leaves the browser; a reload begins anew.
import { useEffect, useState, useSyncExternalStore } from "react";

const start = { step: "address", address: "", minutes: 5, waitUntil: 0, sent: 0 };
let now = start;
const listeners = new Set();

function change(next) {
  now = { ...now, ...next };
  listeners.forEach((listener) => listener());
}

const subscribe = (listener) => (listeners.add(listener), () => listeners.delete(listener));

export const useSignIn = () => useSyncExternalStore(subscribe, () => now, () => start);

export const codeRequested = (sent, answer) =>
  change({ step: "code", address: sent.email, minutes: answer.minutes, sent: now.sent + 1,
    waitUntil: Date.now() + 1000 * answer.wait_seconds });

export const otherAddress = () => change({ step: "address", sent: 0 });

// Seconds until a code can be asked for again.
export function useWait() {
  const { waitUntil } = useSignIn();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const tick = () => setSeconds(Math.max(0, Math.ceil((waitUntil - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [waitUntil]);
  return seconds;
}
