// The way of a project as the arc of a day: what is done is drawn, what comes is dotted, the sun stands on what is now.
import { useEffect, useId, useRef, useState } from "react";

const SHAPES = {
  phone: { width: 328, height: 104, left: 14, right: 314, foot: 88, top: 26, sun: 11, knob: 9, open: 5, glow: 40, day: 96 },
  desktop: { width: 1056, height: 196, left: 64, right: 992, foot: 122, top: 44, sun: 14, knob: 11, open: 6.5, glow: 50, day: 164 },
  small: { width: 242, height: 82, left: 12, right: 230, foot: 68, top: 26, sun: 11, knob: 9, open: 5, glow: 40, day: 65 },
};
const CROWDED = 9;
const JOURNEY_MS = 900;

// A parabola, so a stretch of it is exactly one quadratic curve.
function curve({ left, right, foot, top }) {
  const middle = (left + right) / 2;
  const half = (right - left) / 2;
  const y = (x) => top + (foot - top) * ((x - middle) / half) ** 2;
  const slope = (x) => (2 * (foot - top) * (x - middle)) / half ** 2;
  const n = (value) => value.toFixed(1);
  const stretch = (from, to) => {
    const control = (from + to) / 2;
    return `M${n(from)} ${n(y(from))}Q${n(control)} ${n(y(from) + slope(from) * (control - from))} ${n(to)} ${n(y(to))}`;
  };
  return { y, stretch };
}

function places(count, { left, right }) {
  if (count === 1) return [(left + right) / 2];
  return Array.from({ length: count }, (_, at) => left + ((right - left) * at) / (count - 1));
}

// Where the sun stands: at its stage, or on the way from where this browser saw it last.
function useJourney(target, memory) {
  const [x, setX] = useState(target);
  const from = useRef(null);
  useEffect(() => {
    const key = memory && `sun:${memory}`;
    if (from.current === null) {
      const seen = key ? parseFloat(sessionStorage.getItem(key)) : NaN;
      from.current = Number.isFinite(seen) ? seen : target;
    }
    if (key) sessionStorage.setItem(key, target);
    const start = from.current;
    from.current = target;
    if (start === target || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      setX(target);
      return undefined;
    }
    let frame = 0;
    let began = 0;
    const step = (now) => {
      began = began || now;
      const part = Math.min(1, (now - began) / JOURNEY_MS);
      setX(start + (target - start) * (1 - (1 - part) ** 3));
      if (part < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [target, memory]);
  return x;
}

function Rays({ x, y, radius }) {
  const rays = [];
  for (let at = 0; at < 12; at++) {
    const angle = (at * Math.PI) / 6;
    const near = radius + 5;
    const far = radius + 9.5;
    rays.push(
      `M${(x + near * Math.cos(angle)).toFixed(1)} ${(y + near * Math.sin(angle)).toFixed(1)}` +
        `L${(x + far * Math.cos(angle)).toFixed(1)} ${(y + far * Math.sin(angle)).toFixed(1)}`,
    );
  }
  return <path d={rays.join("")} />;
}

function Drawing({ stages, shape, label, memory, labelled }) {
  const id = useId().replace(/\W/g, "");
  const { y, stretch } = curve(shape);
  const xs = places(stages.length, shape);
  const now = stages.findIndex((stage) => stage.status === "current");
  const isFinished = now < 0 && stages.every((stage) => stage.status === "done");
  const doneUntil = stages.reduce((last, stage, at) => (stage.status === "done" ? at : last), 0);
  const target = xs[now >= 0 ? now : isFinished ? stages.length - 1 : doneUntil];
  const x = useJourney(target, memory);
  const { left, right, width, height, foot, day } = shape;
  const shrink = stages.length > 12 ? 0.6 : stages.length > CROWDED ? 0.8 : 1;
  const isNamed = (at) => at === now || ((at === 0 || at === stages.length - 1) && Math.abs(at - now) > 1);
  const pitch = stages.length > 1 ? (right - left) / (Math.min(stages.length, CROWDED) - 1) : right - left;
  return (
    <>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        <defs>
          <radialGradient id={`day${id}`} gradientUnits="userSpaceOnUse" cx={x} cy={y(x)} r={shape.day}>
            <stop offset="0" stopColor="var(--sun)" stopOpacity=".42" />
            <stop offset=".55" stopColor="var(--sun)" stopOpacity=".13" />
            <stop offset="1" stopColor="var(--sun)" stopOpacity="0" />
          </radialGradient>
          <radialGradient id={`glow${id}`}>
            <stop offset="0" stopColor="var(--sun)" stopOpacity=".55" />
            <stop offset=".45" stopColor="var(--sun)" stopOpacity=".16" />
            <stop offset="1" stopColor="var(--sun)" stopOpacity="0" />
          </radialGradient>
        </defs>
        {/* As far past the ends as the light reaches: it has no edge when the sun stands there. */}
        <path className="arc-day" d={`${stretch(left - day, right + day)}V${foot + 114}H${left - day}Z`} fill={`url(#day${id})`} />
        <path className="arc-way" d={stretch(x, right)} />
        {x > left && <path className="arc-trail" pathLength="1" d={stretch(left, x)} />}
        <circle className="arc-glow" cx={x} cy={y(x)} r={shape.glow} fill={`url(#glow${id})`} />
        {stages.map((stage, at) => {
          if (at === now || (isFinished && at === stages.length - 1)) return null;
          if (stage.status !== "done") {
            return <circle key={at} className="arc-next" cx={xs[at]} cy={y(xs[at])} r={shape.open * shrink} />;
          }
          return (
            <g key={at}>
              <circle className="arc-done" cx={xs[at]} cy={y(xs[at])} r={shape.knob * shrink} />
              <path className="arc-tick" d={`M${xs[at] - 3.6 * shrink} ${y(xs[at]) + 0.2}l${2.6 * shrink} ${2.6 * shrink} ${4.8 * shrink}-${5.2 * shrink}`} />
            </g>
          );
        })}
        <g className="arc-sun">
          <Rays x={x} y={y(x)} radius={shape.sun} />
          <circle cx={x} cy={y(x)} r={shape.sun} />
        </g>
      </svg>
      {labelled && (
        <ol className="arc-labels">
          {stages.map((stage, at) => {
            const isCurrent = at === now;
            const isShown = stages.length <= CROWDED || isNamed(at);
            const drop = isCurrent || (isFinished && at === stages.length - 1) ? 34 : 22;
            const place = {
              left: `${((xs[at] / width) * 100).toFixed(2)}%`,
              top: `${(((y(xs[at]) + drop) / height) * 100).toFixed(1)}%`,
              width: `min(200px, calc(${((pitch / width) * 100).toFixed(2)}% - 8px))`,
            };
            return (
              <li key={at} className={isCurrent ? "current" : stage.status} style={place} aria-current={isCurrent ? "step" : undefined}>
                <b className={isShown ? undefined : "vh"}>{stage.name}</b>
                {isShown && stage.caption ? <span>{stage.caption}</span> : null}
              </li>
            );
          })}
        </ol>
      )}
    </>
  );
}

export function SunArc({ stages, label, variant = "phone", memory }) {
  const [isFirst, setFirst] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setFirst(false), 1400);
    return () => clearTimeout(timer);
  }, []);
  if (!stages?.length) return null;
  return (
    <div className={`arc ${variant}${isFirst ? " first" : ""}`}>
      <Drawing stages={stages} shape={SHAPES[variant] ?? SHAPES.phone} label={label} memory={memory && `${memory}:${variant}`} labelled={variant === "desktop"} />
    </div>
  );
}
