// Measures while drawing. Same formulas as portal_app/roofs/geometry.py (TangentPlane): lon/lat stretched by the radii of
// curvature of WGS84, so that the number under the finger is the one the server stores (ol/sphere is off by 0.3 %).

const SEMI_MAJOR_M = 6378137;
const FLATTENING = 1 / 298.257223563;
const ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);
const RADIANS = Math.PI / 180;

function tangentPlane([lon, lat]) {
  const sine = Math.sin(lat * RADIANS);
  const bent = 1 - ECCENTRICITY_SQUARED * sine * sine;
  const perLon = (SEMI_MAJOR_M / Math.sqrt(bent)) * Math.cos(lat * RADIANS) * RADIANS;
  const perLat = ((SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / bent ** 1.5) * RADIANS;
  return {
    toMetres: (point) => [(point[0] - lon) * perLon, (point[1] - lat) * perLat],
    toLonLat: ([x, y]) => [lon + x / perLon, lat + y / perLat],
  };
}

/** Length in metres between two [lon, lat]. */
export function lengthOf(from, to) {
  return Math.hypot(...tangentPlane(from).toMetres(to));
}

/** Area in m² of a ring of [lon, lat], closed or open. */
export function areaOfRing(ring) {
  if (ring.length < 3) return 0;
  const flat = ring.map(tangentPlane(ring[0]).toMetres);
  let twice = 0;
  flat.forEach(([x, y], i) => {
    const [nextX, nextY] = flat[(i + 1) % flat.length];
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

/** Area in m² of an outline without its holes. */
export function areaOf([outline, ...holes]) {
  return holes.reduce((area, hole) => area - areaOfRing(hole), areaOfRing(outline));
}

/**
 * Where an edge ends that begins at the last of `points`. The angle is the turn to the right from the edge before
 * (0 straight on, 90 a right angle to the right, -90 to the left); for the first edge it is the compass bearing.
 */
export function endOfEdge(points, lengthM, angleDeg) {
  const start = points[points.length - 1];
  const plane = tangentPlane(start);
  let bearing = angleDeg * RADIANS;
  if (points.length > 1) {
    const [x, y] = plane.toMetres(points[points.length - 2]);
    bearing += Math.atan2(-x, -y);
  }
  return plane.toLonLat([lengthM * Math.sin(bearing), lengthM * Math.cos(bearing)]);
}
