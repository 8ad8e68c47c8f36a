import { type Target, targetId } from '../target.ts'

/** Most apps that are taken from the local network. */
export const MAX_NEIGHBOURS = 16

/** How long an app is kept that is not heard of any more, in ms. */
export interface SilenceLimits {
  /** One that does not answer to reports, either. */
  readonly silentMs: number
  /** One that still answers to reports, as where multicast is lossy. */
  readonly answeringMs: number
}

/** Apps of the local network, as far as they were heard of. Times are those of a monotonic clock, in ms. */
export interface Neighbours {
  /** @returns whether there is one more now */
  heard(target: Target, nowMs: number): boolean
  /** Those at an address have said that they go. @returns whether there are fewer now */
  left(id: string): boolean
  /** Drops those that were not heard of for too long. @returns whether there are fewer now */
  expire(nowMs: number, isAnswering: (target: Target) => boolean): boolean
  targets(): readonly Target[]
}

export const createNeighbours = ({ silentMs, answeringMs }: SilenceLimits): Neighbours => {
  const found = new Map<string, { readonly target: Target; heardMs: number }>()
  return {
    heard(target, nowMs) {
      const known = found.get(targetId(target))
      if (known !== undefined) known.heardMs = nowMs
      else if (found.size < MAX_NEIGHBOURS) found.set(targetId(target), { target, heardMs: nowMs })
      else return false
      return known === undefined
    },
    left: (id) => found.delete(id),
    expire(nowMs, isAnswering) {
      const before = found.size
      for (const [id, { target, heardMs }] of found)
        if (nowMs - heardMs >= (isAnswering(target) ? answeringMs : silentMs)) found.delete(id)
      return found.size < before
    },
    targets: () => [...found.values()].map(({ target }) => target),
  }
}
