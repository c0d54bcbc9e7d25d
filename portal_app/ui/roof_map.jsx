// Translates between OpenLayers and the props and events of roof_map.py. History, validation, measuring that counts,
// selection and every rule are Python's; here is only what must follow the finger.
import { useEffect, useId, useRef, useState } from "react";
import OlMap from "ol/Map.js";
import View from "ol/View.js";
import Collection from "ol/Collection.js"; // keeps the order of planes; source.getFeatures() follows its spatial index
import Overlay from "ol/Overlay.js";
import Attribution from "ol/control/Attribution.js";
import GeoJSON from "ol/format/GeoJSON.js";
import Draw from "ol/interaction/Draw.js";
import KeyboardPan from "ol/interaction/KeyboardPan.js";
import Modify from "ol/interaction/Modify.js";
import Snap from "ol/interaction/Snap.js";
import { defaults as defaultInteractions } from "ol/interaction/defaults.js";
import TileLayer from "ol/layer/Tile.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { closestOnSegment } from "ol/coordinate.js";
import { never } from "ol/events/condition.js";
import { fromLonLat, toLonLat } from "ol/proj.js";
import { endOfEdge, lengthOf } from "./roof_geometry.js";
import { imagerySource } from "./roof_map_imagery.js";
import { modifyStyle, noteStyle, planeStyle, readPalette, sketchStyle } from "./roof_map_styles.js";
import "ol/ol.css";
import "./roof_map.css";

const json = new GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });
const SNAP_PX = 10; // also ends a plane: a tap this near its first or last corner closes it
const REACH_PX = 28; // how near the crosshair must be to a corner or an edge that the keyboard picks up
const TOUCH_PX = 16; // … and a finger or the mouse to what it means
const NO_FEATURES = { type: "FeatureCollection", features: [] };

const say = (text, values = {}) => (text ?? "").replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function formats(locale) {
  const number = (digits) => new Intl.NumberFormat(locale || undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const tenth = number(1);
  const hundredth = number(2);
  return {
    area: (m2) => `${tenth.format(m2)}\u00a0m²`,
    length: (m) => `${(m < 10 ? hundredth : tenth).format(m)}\u00a0m`,
  };
}

/** Builds the map once and returns what the effects below call. `now()` gives the newest props. */
function buildMap(box, now, announce, refuse) {
  const planes = new Collection();
  const planeSource = new VectorSource({ features: planes });
  const noteSource = new VectorSource();
  const base = new TileLayer();
  let palette = readPalette(box);
  let format = formats(now().locale);
  let draw = null;
  let held = null; // the corner that the keyboard has picked up
  let mode = "pan";

  const planeLayer = new VectorLayer({
    source: planeSource,
    updateWhileInteracting: true,
    style: (feature, resolution) =>
      planeStyle({
        feature, resolution, palette, format,
        faulty: now().statuses?.[feature.getId()]?.state === "error",
        selected: String(feature.getId()) === now().selected,
        editing: mode === "edit",
      }),
  });
  const noteLayer = new VectorLayer({ source: noteSource, style: (feature) => noteStyle(feature, palette) });
  const view = new View({ center: fromLonLat(now().center), zoom: now().zoom, minZoom: 3, maxZoom: 23, constrainResolution: false });
  const map = new OlMap({
    target: box,
    view,
    layers: [base, planeLayer, noteLayer],
    controls: [new Attribution({ collapsible: false })],
    interactions: defaultInteractions({
      doubleClickZoom: false, altShiftDragRotate: false, pinchRotate: false, shiftDragZoom: false, onFocusOnly: now().readOnly === true,
    }).extend([new KeyboardPan({ pixelDelta: 8, condition: (event) => event.originalEvent.shiftKey })]),
  });
  const modify = new Modify({
    source: planeSource,
    pixelTolerance: TOUCH_PX,
    style: () => modifyStyle(palette),
    deleteCondition: never, // takeAway does it, for a finger, a mouse and keys
  });
  const snap = new Snap({ source: planeSource, pixelTolerance: SNAP_PX });
  const bubble = new Overlay({ element: document.createElement("div"), positioning: "bottom-center", offset: [0, -22], stopEvent: true });
  bubble.getElement().className = "float map-error";
  bubble.getElement().hidden = true;
  map.addOverlay(bubble);

  const emit = (reason, id = "") =>
    now().onChange?.(json.writeFeaturesObject(planes.getArray(), { decimals: 9 }), { reason, feature_id: String(id), revision: now().revision ?? 0 });

  // --- what is being drawn -------------------------------------------------------------------------------------------
  /** Corners set so far, without the point that follows the cursor. */
  const sketchCorners = () => {
    const polygon = draw?.getOverlay().getSource().getFeatures().map((f) => f.getGeometry()).find((g) => g.getType() === "Polygon");
    const ring = polygon?.getCoordinates()[0] ?? [];
    return ring.length === 2 ? ring.slice(0, 1) : ring.slice(0, -2); // of the first corner OpenLayers makes an open ring
  };
  const tellDrawing = () => {
    const corners = sketchCorners().map((point) => toLonLat(point));
    if (box.dataset.corners !== String(corners.length)) {
      box.dataset.corners = String(corners.length);
      now().onDrawing?.(corners.length);
    }
    return corners;
  };
  const cornerOf = (ring, index) => ring[index];
  /** The corner that is nearest to a point, or with another `placeOf` the nearest place of an edge. */
  const nearestTo = (point, reachPx, placeOf = cornerOf, except = null) => {
    const found = [];
    planes.forEach((feature) =>
      feature.getGeometry().getCoordinates().forEach((ring, ringIndex) =>
        ring.slice(0, -1).forEach((_, index) => {
          if (except && except.feature === feature && except.ringIndex === ringIndex && except.index === index) return;
          const place = placeOf(ring, index);
          const apart = Math.hypot(place[0] - point[0], place[1] - point[1]) / view.getResolution();
          if (apart <= reachPx) found.push({ feature, ringIndex, index, place, apart });
        }),
      ),
    );
    return found.sort((a, b) => a.apart - b.apart)[0];
  };
  const crosshair = (except) => nearestTo(view.getCenter(), SNAP_PX, cornerOf, except)?.place ?? view.getCenter();
  const addCorner = (point) => {
    draw.appendCoordinates([point]);
    const corners = tellDrawing();
    const last = corners.length > 1 ? format.length(lengthOf(corners[corners.length - 2], corners[corners.length - 1])) : "";
    announce(say(last ? now().labels.corner_set : now().labels.first_corner_set, { n: corners.length, length: last }));
  };
  const removeCorner = () => {
    if (!sketchCorners().length) return;
    draw.removeLastPoint();
    tellDrawing();
    announce(now().labels.corner_removed);
  };
  const finish = () => {
    if (!draw) return;
    if (sketchCorners().length < 3) refuse(now().labels.too_few_corners);
    else draw.finishDrawing();
  };
  const cancel = () => {
    if (held) announce(now().labels.cancelled);
    letGo();
    if (sketchCorners().length) announce(now().labels.cancelled);
    draw?.abortDrawing();
    tellDrawing();
  };
  const addEdge = (lengthM, angleDeg) => {
    if (!draw || !(lengthM > 0 && lengthM <= 200) || !Number.isFinite(angleDeg)) return;
    if (!sketchCorners().length) addCorner(crosshair());
    const end = fromLonLat(endOfEdge(sketchCorners().map((point) => toLonLat(point)), lengthM, angleDeg));
    addCorner(end);
    view.animate({ center: end, duration: calm() ? 0 : 160 }); // the next edge begins in sight
  };

  // --- corners that are there: by keyboard, and taken away by a double tap ---------------------------------------------
  const cornerHere = () => nearestTo(view.getCenter(), REACH_PX);
  const edgeHere = () =>
    nearestTo(view.getCenter(), REACH_PX, (ring, index) => closestOnSegment(view.getCenter(), [ring[index], ring[index + 1]]));
  const reshape = ({ feature, ringIndex }, change) => {
    const rings = feature.getGeometry().getCoordinates();
    const corners = change(rings[ringIndex].slice(0, -1));
    rings[ringIndex] = [...corners, corners[0]];
    feature.getGeometry().setCoordinates(rings);
  };
  const put = (corner, place) => reshape(corner, (corners) => corners.map((each, index) => (index === corner.index ? place : each)));
  const letGo = () => {
    held?.feature.getGeometry().setCoordinates(held.before);
    held = null;
  };
  view.on("change:center", () => held && put(held, crosshair(held))); // it follows the cross, as it would a finger
  const pickUp = () => {
    const corner = cornerHere();
    const found = corner ?? edgeHere();
    if (!found) return refuse(now().labels.no_corner_near);
    held = { ...found, before: found.feature.getGeometry().getCoordinates() };
    if (!corner) {
      held.index += 1;
      reshape(held, (corners) => [...corners.slice(0, held.index), held.place, ...corners.slice(held.index)]);
    }
    announce(corner ? now().labels.picked_up : now().labels.corner_added);
  };
  const drop = () => {
    put(held, crosshair(held));
    announce(now().labels.put_down);
    emit("modify", held.feature.getId());
    held = null;
  };
  const takeAway = (corner) => {
    if (!corner) refuse(now().labels.no_corner_near);
    else if (corner.feature.getGeometry().getCoordinates()[corner.ringIndex].length < 5) refuse(now().labels.too_few_corners);
    else {
      reshape(corner, (corners) => corners.filter((_, index) => index !== corner.index));
      held = null;
      announce(now().labels.corner_taken);
      emit("modify", corner.feature.getId());
    }
  };

  // --- modes -----------------------------------------------------------------------------------------------------------
  const setMode = (wanted) => {
    for (const interaction of [draw, modify, snap]) if (interaction) map.removeInteraction(interaction);
    letGo();
    draw = null;
    mode = now().readOnly ? "pan" : wanted;
    box.dataset.mode = mode;
    if (mode === "draw") {
      draw = new Draw({
        source: planeSource, type: "Polygon", stopClick: true, freehandCondition: never, snapTolerance: SNAP_PX,
        style: (feature, resolution) => sketchStyle({ feature, resolution, palette, format }),
      });
      draw.on("drawend", ({ feature }) => {
        feature.setId(crypto.randomUUID?.() ?? `p${Date.now()}`);
        feature.set("kind", now().drawKind || "plane");
        queueMicrotask(() => { // the source holds it only after drawend
          tellDrawing();
          announce(now().labels.plane_closed);
          emit("draw", feature.getId());
        });
      });
      map.addInteraction(draw);
    }
    if (mode === "edit") map.addInteraction(modify);
    if (mode !== "pan") map.addInteraction(snap); // must come last
    planeLayer.changed();
    tellDrawing();
  };
  // A plane that is dragged must not snap to its own old outline, or moves shorter than the tolerance are lost.
  modify.on("modifystart", (event) => event.features.forEach((feature) => snap.removeFeature(feature)));
  modify.on("modifyend", (event) => {
    event.features.forEach((feature) => snap.addFeature(feature));
    emit("modify", event.features.item(0)?.getId());
  });

  map.on("singleclick", (event) => {
    if (mode === "draw") return;
    const hit = map.forEachFeatureAtPixel(event.pixel, (feature) => feature, { layerFilter: (layer) => layer === planeLayer, hitTolerance: 6 });
    now().onSelect?.(String(hit?.getId() ?? ""));
  });
  map.on("dblclick", (event) => {
    const corner = mode === "edit" && nearestTo(event.coordinate, TOUCH_PX);
    if (corner) takeAway(corner);
  });
  map.on("pointerup", () => queueMicrotask(tellDrawing)); // while drawing there is no click: Draw stops it
  /** Writes where the middle of the element is, for tests. */
  const mark = () => {
    const [x, y] = map.getSize() ?? [0, 0];
    const middle = map.getCoordinateFromPixel([x / 2, y / 2]);
    if (!middle) return;
    const [lon, lat] = toLonLat(middle);
    Object.assign(box.dataset, { lon, lat, resolution: view.getResolution() });
  };
  /** Panels lie over the map: its middle is the middle of what they leave free (--map-clear in styles/map.css). */
  const clear = () => {
    const { clientWidth: width, clientHeight: height } = box;
    const given = getComputedStyle(box).getPropertyValue("--map-clear").trim().split(/\s+/).map(Number);
    const pad = given.length === 4 ? given.map((part, side) => (part <= 1 ? part * (side % 2 ? width : height) : part)) : [0, 0, 0, 0];
    view.padding = pad;
    box.parentElement.style.setProperty("--cross-x", `${(width + pad[3] - pad[1]) / 2}px`);
    box.parentElement.style.setProperty("--cross-y", `${(height + pad[0] - pad[2]) / 2}px`);
  };
  /** Keeps the bubble beside the panels; its arrow stays at the corner. */
  const placeBubble = () => {
    const at = bubble.getPosition() && map.getPixelFromCoordinate(bubble.getPosition());
    if (!at) return;
    const element = bubble.getElement();
    const [top, right, , left] = view.padding ?? [0, 0, 0, 0];
    const half = element.offsetWidth / 2;
    const within = Math.max(left + 8 + half, Math.min(at[0], map.getSize()[0] - right - 8 - half));
    const aside = Math.max(24 - half, Math.min(within - at[0], half - 24));
    const isBelow = at[1] - 22 - element.offsetHeight < top;
    element.classList.toggle("below", isBelow);
    element.style.setProperty("--arrow", `${-aside}px`);
    bubble.setPositioning(isBelow ? "top-center" : "bottom-center");
    bubble.setOffset([aside, isBelow ? 22 : -22]);
  };
  map.on("moveend", placeBubble);
  clear();
  const sizes = new ResizeObserver(clear);
  sizes.observe(box);
  map.on("moveend", mark);
  map.once("rendercomplete", () => {
    mark();
    box.dataset.ready = "true";
  });

  const onKey = (event) => {
    if (event.target !== box) return;
    const withModifier = event.ctrlKey || event.metaKey;
    const key = event.key;
    if (withModifier && key.toLowerCase() === "z") {
      if (sketchCorners().length && !event.shiftKey) removeCorner();
      else now().onRequest?.(event.shiftKey ? "redo" : "undo");
    } else if (withModifier || event.altKey || mode === "pan") return;
    else if (key === " " && mode === "draw") addCorner(crosshair());
    else if (key === " ") held ? drop() : pickUp();
    else if (key === "Enter" && mode === "draw") finish();
    else if (key === "Backspace" && mode === "draw") removeCorner();
    else if (key === "Backspace") takeAway(held ?? cornerHere());
    else if (key === "Delete") now().onRequest?.("delete");
    else if (key === "Escape") cancel();
    else return;
    event.preventDefault();
  };
  box.addEventListener("keydown", onKey);

  const refresh = () => {
    palette = readPalette(box);
    for (const layer of [planeLayer, noteLayer, draw?.getOverlay()]) layer?.changed();
  };
  const themes = new MutationObserver(refresh);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", refresh);

  const zoomBy = (steps) => view.animate({ zoom: view.getZoom() + steps, duration: calm() ? 0 : 160 });
  const locate = () => {
    const failed = (reason) => now().onLocate?.({ found: false, reason });
    if (!navigator.geolocation) return failed("unsupported");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => now().onLocate?.({ found: true, lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy }),
      ({ code }) => failed({ 1: "denied", 2: "unavailable", 3: "timeout" }[code] ?? "unavailable"),
      { enableHighAccuracy: true, timeout: 10000 },
    );
  };

  return {
    setMode,
    zoomBy,
    refresh,
    setLocale: () => { format = formats(now().locale); refresh(); },
    restyle: () => planeLayer.changed(),
    goTo: (center, zoom) => {
      const target = fromLonLat(center);
      letGo();
      view.cancelAnimations();
      view.setCenter(target);
      if (zoom) view.setZoom(zoom);
    },
    load: (collection) => {
      draw?.abortDrawing();
      held = null;
      planeSource.clear();
      planeSource.addFeatures(json.readFeatures(collection ?? NO_FEATURES));
      box.dataset.revision = String(now().revision ?? 0);
      tellDrawing();
    },
    annotate: (collection, selected) => {
      noteSource.clear();
      const notes = json.readFeatures(collection ?? NO_FEATURES);
      noteSource.addFeatures(notes);
      const errors = notes.filter((note) => note.get("kind") === "error");
      const shown = errors.find((note) => note.get("feature_id") === selected) ?? errors[0];
      const element = bubble.getElement();
      element.hidden = !shown;
      element.replaceChildren();
      for (const [tag, text] of [["b", shown?.get("title")], ["span", shown?.get("text")]]) {
        if (text) element.appendChild(document.createElement(tag)).textContent = text;
      }
      bubble.setPosition(shown?.getGeometry().getCoordinates());
      placeBubble();
    },
    setBasemap: (basemap) => {
      const source = basemap ? imagerySource(basemap) : null;
      let loaded = 0;
      let failed = 0;
      source?.on("tileloadend", () => { loaded += 1; });
      source?.on("tileloaderror", () => {
        failed += 1;
        if (!loaded && failed === 3) now().onImageryFailed?.(basemap.id ?? "");
      });
      base.setSource(source);
    },
    run: (command) => {
      switch (command?.name) {
        case "edge": return addEdge(Number(command.length_m), Number(command.angle_deg));
        case "corner": return draw && addCorner(fromLonLat([Number(command.lon), Number(command.lat)]));
        case "undo_corner": return removeCorner();
        case "finish": return finish();
        case "cancel": return cancel();
        case "locate": return locate();
        case "fit": return planes.getLength() && view.fit(planeSource.getExtent(), { padding: [32, 32, 32, 32], maxZoom: 21 });
      }
    },
    dispose: () => {
      box.removeEventListener("keydown", onKey);
      themes.disconnect();
      sizes.disconnect();
      scheme.removeEventListener("change", refresh);
      map.setTarget(undefined);
      map.dispose();
    },
  };
}

const Glyph = ({ path }) => (
  <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" aria-hidden="true">
    <path d={path} />
  </svg>
);

export function RoofMap(props) {
  const box = useRef(null);
  const map = useRef(null);
  const newest = useRef(props);
  const helpId = useId();
  const [spoken, speak] = useState("");
  const [isRefusal, setRefusal] = useState(false); // what happens is seen on the map; what does not has to be read
  const announce = (text) => {
    setRefusal(false);
    speak((before) => (text === before ? `${text}\u00a0` : text)); // what changes is read again
  };
  const refuse = (text) => {
    announce(text);
    setRefusal(true);
  };
  newest.current = props;
  const labels = props.labels ?? {};

  useEffect(() => {
    map.current = buildMap(box.current, () => newest.current, announce, refuse);
    return () => { // StrictMode mounts twice in development
      map.current.dispose();
      map.current = null;
    };
  }, []);
  useEffect(() => map.current.setLocale(), [props.locale]);
  useEffect(() => map.current.setBasemap(props.basemap), [JSON.stringify(props.basemap)]);
  useEffect(() => map.current.load(props.features), [props.revision]);
  useEffect(() => map.current.goTo(props.center, props.zoom), [props.center?.[0], props.center?.[1], props.zoom]);
  useEffect(() => map.current.setMode(props.mode ?? "pan"), [props.mode, props.readOnly]);
  useEffect(() => map.current.restyle(), [props.statuses, props.selected]);
  useEffect(() => map.current.annotate(props.annotations, props.selected), [props.annotations, props.selected]);
  useEffect(() => { if (props.command?.count) map.current.run(props.command); }, [props.command?.count]);

  return (
    <div className={`roof-map ${props.className ?? ""}`} data-mode={props.mode} onKeyDownCapture={() => setRefusal(false)} onPointerDownCapture={() => setRefusal(false)}>
      <div ref={box} id={props.id} data-testid="roof-map" className="roof-map-canvas" tabIndex={0} role="application" aria-label={labels.map} aria-describedby={helpId} />
      <div className="roof-map-crosshair" aria-hidden="true" />
      <p id={helpId} className="roof-map-help">{labels.help}</p>
      <p className={isRefusal ? "float map-refusal" : "roof-map-help"} role="status" data-testid="map-said">{spoken}</p>
      <div className="float map-zoom">
        <button type="button" className="iconbtn" aria-label={labels.zoom_in} data-testid="zoom-in" onClick={() => map.current.zoomBy(1)}><Glyph path="M5 12h14M12 5v14" /></button>
        <hr />
        <button type="button" className="iconbtn" aria-label={labels.zoom_out} data-testid="zoom-out" onClick={() => map.current.zoomBy(-1)}><Glyph path="M5 12h14" /></button>
        {props.children}
      </div>
    </div>
  );
}
