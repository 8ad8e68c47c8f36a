/** Thrown when `known-apps.json` cannot be used. The message says why, and what to do. */
export class KnownAppsError extends Error {
  override readonly name = 'KnownAppsError'
}
