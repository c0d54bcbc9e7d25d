// How planes, corners and lengths look. Colours come from the company's CSS variables, read again when the theme changes.
import Circle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";
import LineString from "ol/geom/LineString.js";
import MultiPoint from "ol/geom/MultiPoint.js";
import Point from "ol/geom/Point.js";
import { toLonLat } from "ol/proj.js";
import { areaOf, lengthOf } from "./roof_geometry.js";

const VARIABLES = { sun: ["--sun", "#ffc53d"], brand: ["--brand-9", "#0b5b57"], bad: ["--bad", "#d92d2d"] };
const INK = "#10201f";

/** Any CSS colour as red, green, blue: canvas understands what the style sheet does, oklch() and color-mix() too. */
function channels(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data.slice(0, 3);
}

export function readPalette(element) {
  const computed = getComputedStyle(element);
  const palette = { font: computed.fontFamily || "sans-serif" };
  for (const [name, [variable, fallback]] of Object.entries(VARIABLES)) {
    const [r, g, b] = channels(computed.getPropertyValue(variable).trim() || fallback);
    palette[name] = (alpha = 1) => `rgba(${r},${g},${b},${alpha})`;
  }
  return palette;
}

export const lonLatRings = (polygon) => polygon.getCoordinates().map((ring) => ring.map((point) => toLonLat(point)));

const dot = (points, radius, fill, stroke) =>
  new Style({ zIndex: 4, geometry: new MultiPoint(points), image: new Circle({ radius, fill: new Fill({ color: fill }), stroke }) });

const midpoint = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/** Where the length of an edge stands: of a closed ring a little outside, so that narrow planes keep theirs apart. */
function labelPlaces(points, resolution) {
  const isRing = points.length > 3 && String(points[0]) === String(points[points.length - 1]);
  const twice = isRing ? points.slice(1).reduce((sum, b, i) => sum + (points[i][0] * b[1] - b[0] * points[i][1]), 0) : 0;
  const outwards = Math.sign(twice) * 15 * resolution;
  return points.slice(1).map((b, i) => {
    const a = points[i];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    const [x, y] = midpoint(a, b);
    return [x + (outwards * (b[1] - a[1])) / length, y - (outwards * (b[0] - a[0])) / length];
  });
}

function edgeLabels(points, format, palette, resolution) {
  const styles = [];
  const places = labelPlaces(points, resolution);
  for (let i = 0; i + 1 < points.length; i++) {
    const pixels = new LineString([points[i], points[i + 1]]).getLength() / resolution;
    if (pixels < 52) continue; // no room: the label would hide the edge
    styles.push(
      new Style({
        zIndex: 5,
        geometry: new Point(places[i]),
        text: new Text({
          text: format.length(lengthOf(toLonLat(points[i]), toLonLat(points[i + 1]))),
          font: `650 12px ${palette.font}`,
          padding: [4, 6, 3, 7],
          fill: new Fill({ color: "#fff" }),
          backgroundFill: new Fill({ color: `${INK}d9` }),
        }),
      }),
    );
  }
  return styles;
}

const cased = (colour, width, lineDash) => [
  new Style({ zIndex: 2, stroke: new Stroke({ color: "#fff", width: width + 3, lineJoin: "round" }) }),
  new Style({ zIndex: 3, stroke: new Stroke({ color: colour, width, lineDash, lineJoin: "round" }) }),
];

/** Name and area, where they fit: the interior point's third number is how wide the plane is there. */
function areaLabels(feature, format, palette, resolution) {
  const name = feature.get("name");
  const area = format.area(areaOf(lonLatRings(feature.getGeometry())));
  const middle = feature.getGeometry().getInteriorPoint();
  if (middle.getCoordinates()[2] / resolution < 8 * Math.max(area.length, name?.length ?? 0)) return [];
  return [new Style({
    zIndex: 6,
    geometry: middle,
    text: new Text({
      text: name ? `${name}\n${area}` : area,
      font: `650 13px ${palette.font}`,
      overflow: true,
      fill: new Fill({ color: "#fff" }),
      stroke: new Stroke({ color: `${INK}cc`, width: 3.5 }),
    }),
  })];
}

/** A finished plane: sun when selected, red and dashed when faulty, the brand otherwise. */
export function planeStyle({ feature, resolution, faulty, selected, editing, palette, format }) {
  const polygon = feature.getGeometry();
  const obstacle = feature.get("kind") === "obstacle";
  const colour = faulty ? palette.bad : selected ? palette.sun : palette.brand;
  const styles = [new Style({ zIndex: 1, fill: new Fill({ color: colour(faulty ? 0.28 : selected ? 0.36 : 0.42) }) })];
  if (faulty) styles.push(...cased(colour(), 3, [9, 6]));
  else if (selected) styles.push(...cased(colour(), 3.5));
  else styles.push(new Style({ zIndex: 2, stroke: new Stroke({ color: "#fff", width: 3, lineDash: obstacle ? [6, 5] : undefined }) }));
  if (!obstacle && !faulty) styles.push(...areaLabels(feature, format, palette, resolution));
  if (selected) polygon.getCoordinates().forEach((ring) => styles.push(...edgeLabels(ring, format, palette, resolution)));
  if (selected || editing) {
    const rings = polygon.getCoordinates();
    styles.push(dot(rings.flatMap((ring) => ring.slice(1)), 8, "#fff", new Stroke({ color: INK, width: 2.5 })));
    if (editing) styles.push(dot(rings.flatMap((ring) => ring.slice(1).map((point, i) => midpoint(ring[i], point))), 4.5, "#ffffffd9"));
  }
  return styles;
}

/** What is being drawn: OpenLayers gives the polygon, its open line and the point under the cursor one by one. */
export function sketchStyle({ feature, resolution, palette, format }) {
  const geometry = feature.getGeometry();
  switch (geometry.getType()) {
    case "Polygon":
      return [new Style({ fill: new Fill({ color: palette.sun(0.3) }) })];
    case "LineString": {
      const points = geometry.getCoordinates();
      const corners = dot(points.slice(0, -1), 8, "#fff", new Stroke({ color: INK, width: 2.5 }));
      return [...cased(palette.sun(), 3.5), ...edgeLabels(points, format, palette, resolution), corners];
    }
    default:
      return [dot([geometry.getCoordinates()].flat(geometry.getType() === "MultiPoint" ? 1 : 0), 7, palette.sun(), new Stroke({ color: "#fff", width: 2.5 }))];
  }
}

/** The corner under the finger while corners are moved. */
export function modifyStyle(palette) {
  return new Style({ image: new Circle({ radius: 10, fill: new Fill({ color: palette.sun() }), stroke: new Stroke({ color: "#fff", width: 3 }) }) });
}

/** Notes of the server: the place of an error, the address, a text. */
export function noteStyle(feature, palette) {
  const kind = feature.get("kind");
  if (kind === "error" || kind === "address") {
    const colour = kind === "error" ? palette.bad : palette.brand;
    return [
      new Style({ zIndex: 7, image: new Circle({ radius: 15, fill: new Fill({ color: colour(0.3) }) }) }),
      new Style({ zIndex: 8, image: new Circle({ radius: 8, fill: new Fill({ color: colour() }), stroke: new Stroke({ color: "#fff", width: 3 }) }) }),
    ];
  }
  return new Style({
    text: new Text({
      text: feature.get("text") ?? "",
      font: `600 13px ${palette.font}`,
      padding: [4, 6, 3, 7],
      fill: new Fill({ color: "#fff" }),
      backgroundFill: new Fill({ color: `${INK}d9` }),
    }),
  });
}
