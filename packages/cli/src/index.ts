export {
  type InspectedRoute,
  inspector,
  type InspectorMiddleware,
  type InspectorOptions,
} from "./inspector/inspector.ts";
