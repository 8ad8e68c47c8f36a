import type { Edge } from '../../src/api/types.ts'
import { isFailing as failsByNumbers } from '../../src/topology/failing.ts'
import type { Settings } from '../settings.ts'

/** Payload bytes per second in both directions. */
export function bytesRate(edge: Edge): number {
  return edge.bytesSentPerSecond + edge.bytesReceivedPerSecond
}

/** Width in pixels: thin at rest, growing with the logarithm of traffic. */
export function edgeWidth(edge: Edge, look: Settings['edge']): number {
  const rate = bytesRate(edge)
  if (rate <= look.bytesPerSecondMin) return look.widthMin
  const share =
    Math.log(rate / look.bytesPerSecondMin) / Math.log(look.bytesPerSecondMax / look.bytesPerSecondMin)
  return look.widthMin + (look.widthMax - look.widthMin) * Math.min(1, share)
}

/**
 * The pace of an edge's dashes: 0 = still, else the step (1 to 3). What counts is events (connections opened) and kilobytes per
 * second, whichever is more.
 */
export function paceStep(edge: Edge, steps: readonly number[]): number {
  const rate = activity(edge)
  return steps.filter((step) => rate >= step).length
}

/** How busy an edge is, for choosing the busiest. */
export function activity(edge: Edge): number {
  return Math.max(edge.openedPerSecond + edge.failedPerSecond, bytesRate(edge) / 1000)
}

/** Whether an edge is shown as failing: it fails now, failed lately, or never did anything else. */
export function isFailing(edge: Edge, failedLately: boolean): boolean {
  return failedLately || failsByNumbers(edge)
}
