import type { UndatedEdge } from './view/view-edge.ts'

/** Whether all attempts to connect failed: no connection was opened, and none was found open. */
export const neverWorked = ({ failed, opened, open }: UndatedEdge): boolean =>
  failed > 0 && opened === 0 && open === 0

/** Whether connections fail at the moment, or have never succeeded. */
export const isFailing = (edge: UndatedEdge): boolean => edge.failedPerSecond > 0 || neverWorked(edge)
