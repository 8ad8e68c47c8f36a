import type { Edge } from '../api/types.ts'

/** Nothing but failures: no connection was ever made, nor found. */
export const neverWorked = ({ failed, opened, open }: Edge): boolean =>
  failed > 0 && opened === 0 && open === 0

/** Connections fail now, or never did anything else. */
export const isFailing = (edge: Edge): boolean => edge.failedPerSecond > 0 || neverWorked(edge)
