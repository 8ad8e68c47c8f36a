import type { HostUse } from './tree.ts'

/** How far the resources are zoomed in, and what of them is in view. */
export interface ResourceZoom {
  /** 1 = the whole width. */
  readonly scale: number
  /** Pixels that are scrolled off at the left. */
  readonly left: number
}

/** The most that can be zoomed in. */
const scaleMax = 200

/**
 * The zoom after a change by a factor, with what is at `at` staying there.
 *
 * @param at pixels from the left edge of what is in view
 * @param width of what is in view, in pixels
 */
export function zoomed(
  { scale, left }: ResourceZoom,
  factor: number,
  at: number,
  width: number,
): ResourceZoom {
  const next = Math.max(1, Math.min(scaleMax, scale * factor))
  const place = (left + at) / scale
  return { scale: next, left: Math.max(0, Math.min(place * next - at, width * (next - 1))) }
}

/** How far to zoom in for what the host that uses most of what it has uses, with a little beside it: at least 1. Undefined when nothing is used. */
export function usedScale(hosts: readonly Pick<HostUse, 'value' | 'capacity'>[]): number | undefined {
  const share = Math.max(...hosts.map(({ value, capacity }) => value / capacity))
  return share > 0 ? 1 / Math.min(1, share * 1.05) : undefined
}
