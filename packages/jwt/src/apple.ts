export {
  appStore,
  type AppStoreEvents,
  type AppStoreNotification,
  type AppStoreOptions,
} from "./presets/app-store.ts";
export { appleRootCaG3 } from "./apple-root.ts";
