/** Bounds of what may be asked and is answered. Without schemas, so that the page can have them. */

/** UTF-16 units of a query. */
export const MAX_QUERY_LENGTH = 1000

/** Matches of each view that a search tells. */
export const MAX_MATCHES = 100

/** Nodes that can be acted on that one answer tells of, at most. */
export const MAX_CONTROLLABLES = 10_000

/** Ports that one answer tells of, at most. */
export const MAX_PORTS = 10_000
