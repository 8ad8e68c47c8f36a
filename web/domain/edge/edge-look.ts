import type { Edge } from '../../../src/api/types.ts'
import { isFailing as failsByNumbers } from '../../../src/topology/failing.ts'
import type { Settings } from '../../settings.ts'
import type { MapEdge } from '../graph/graph.ts'

/** Payload bytes per second in both directions. */
export function bytesRate(edge: Edge): number {
  return edge.bytesSentPerSecond + edge.bytesReceivedPerSecond
}

/** Width of an edge in pixels: it grows with the logarithm of bytes per second, from `widthMin` to `widthMax`. */
export function edgeWidth(edge: Edge, look: Settings['edge']): number {
  const rate = bytesRate(edge)
  if (rate <= look.bytesPerSecondMin) return look.widthMin
  const share =
    Math.log(rate / look.bytesPerSecondMin) / Math.log(look.bytesPerSecondMax / look.bytesPerSecondMin)
  return look.widthMin + (look.widthMax - look.widthMin) * Math.min(1, share)
}

/** Width of an edge that carries what edges of some widths carry together; see {@link edgeWidth}. */
export function widthOfSum(widths: readonly number[], look: Settings['edge']): number {
  const growth = Math.log(look.bytesPerSecondMax / look.bytesPerSecondMin)
  const shareOf = (width: number) => (width - look.widthMin) / (look.widthMax - look.widthMin)
  const sum = widths.reduce((all, width) => all + Math.exp(shareOf(width) * growth), 0)
  const share = sum <= 1 ? 0 : Math.log(sum) / growth
  return look.widthMin + (look.widthMax - look.widthMin) * Math.min(1, share)
}

/**
 * The pace of an edge's dashes: 0 = no dashes, else the step (1 to 3), by {@link activity}. A stale edge rests: its rates are
 * those of long ago.
 *
 * @param steps the activity at which each step begins
 */
export function paceStep(edge: MapEdge, steps: readonly number[]): number {
  if (edge.stale) return 0
  const rate = activity(edge)
  return steps.filter((step) => rate >= step).length
}

/** How busy an edge is: connections opened and failed per second, or kilobytes per second, whichever is more. */
export function activity(edge: Edge): number {
  return Math.max(edge.openedPerSecond + edge.failedPerSecond, bytesRate(edge) / 1000)
}

/** Whether an edge is drawn faint: nothing is open, and nothing has happened for a while; or it was told, and does not stand. */
export function isQuiet({ quietSeconds, told, open }: Edge): boolean {
  return quietSeconds !== undefined || (told === true && open === 0)
}

/** Whether an edge is shown as failing: connections fail now, failed lately, or none ever succeeded. */
export function isFailing(edge: Edge, failedLately: boolean): boolean {
  return failedLately || failsByNumbers(edge)
}

/**
 * The share of an edge's connections that fail, in tenths and at least one: within a minute, beside those that are open; where none fails just
 * now, of all. Undefined when none works, or when nothing is known of any that failed.
 */
export function failingShare(edge: Edge): number | undefined {
  const { failed, failedPerSecond, open, opened, openedPerSecond } = edge
  const failsNow = failedPerSecond > 0
  const fails = failsNow ? failedPerSecond * 60 : failed
  const works = failsNow ? openedPerSecond * 60 + open : Math.max(opened, open)
  if (fails <= 0 || works <= 0) return undefined
  const tenths = Math.max(1, Math.round((10 * fails) / (fails + works)))
  return tenths === 10 ? undefined : tenths / 10
}
