// A row of the table of imagery providers (portal_app/roofs/imagery.py) as an OpenLayers source.
import Google from "ol/source/Google.js";
import TileWMS from "ol/source/TileWMS.js";
import WMTS from "ol/source/WMTS.js";
import XYZ from "ol/source/XYZ.js";
import WMTSTileGrid from "ol/tilegrid/WMTS.js";
import { getTopLeft, getWidth } from "ol/extent.js";
import { get as getProjection } from "ol/proj.js";

function webMercatorMatrixSet(maxZoom) {
  const extent = getProjection("EPSG:3857").getExtent();
  const zooms = [...Array(maxZoom + 1).keys()];
  return new WMTSTileGrid({
    origin: getTopLeft(extent),
    resolutions: zooms.map((zoom) => getWidth(extent) / 256 / 2 ** zoom),
    matrixIds: zooms.map(String),
  });
}

export function imagerySource(basemap) {
  const common = { url: basemap.url, attributions: basemap.attribution, crossOrigin: "anonymous" };
  switch (basemap.type) {
    case "wms":
      return new TileWMS({ ...common, params: { LAYERS: basemap.layer, FORMAT: basemap.format ?? "image/jpeg" } });
    case "wmts":
      return new WMTS({
        ...common,
        layer: basemap.layer,
        style: basemap.style ?? "default",
        format: basemap.format ?? "image/jpeg",
        matrixSet: basemap.matrix_set ?? "GoogleMapsCompatible",
        projection: "EPSG:3857",
        requestEncoding: "KVP",
        tileGrid: webMercatorMatrixSet(basemap.max_zoom ?? 20),
      });
    case "google":
      return new Google({ key: basemap.key, mapType: "satellite", scale: "scaleFactor2x", highDpi: true });
    case "xyz":
      return new XYZ({ ...common, minZoom: basemap.min_zoom ?? 0, maxZoom: basemap.max_zoom ?? 20 });
    default:
      return null;
  }
}
