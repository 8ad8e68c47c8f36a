import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import type { RequestError } from '../data/api.ts'
import { poll } from '../data/live/poll.ts'
import { asRequestError } from './app-info.ts'

/** The newest answer about a target, such as the node of the open card. */
export interface Followed<A> {
  readonly answer: () => A | undefined
  /** The app answered 404, and nothing else about a target of this key since: it does not know it, or no longer does. */
  readonly gone: () => boolean
  readonly failure: () => RequestError | undefined
}

/** How {@link follow} requests its target. */
export interface FollowOptions<T, A> {
  readonly ask: (target: T, signal: AbortSignal) => Promise<A>
  readonly intervalMs: number
  /** When the target changes but its key does not, the last answer is kept until the next one arrives, and so is that it has gone. */
  readonly keyOf: (target: T) => string
  /**
   * Whether a target that the app does not know is not asked for again until it changes. Without it, it is asked for at each
   * interval.
   */
  readonly endsWhenGone?: (target: T) => boolean
}

/** Follows a target: requests it at once when it changes, then at each interval until it is undefined or has gone for good. */
export function follow<T, A>(target: () => T | undefined, options: FollowOptions<T, A>): Followed<A> {
  const [answer, setAnswer] = createSignal<A>()
  const [gone, setGone] = createSignal(false)
  const [failure, setFailure] = createSignal<RequestError>()
  let heldKey: string | undefined

  // Compared by value: each frame of the stream makes a new object of the same target.
  const told = createMemo(() => JSON.stringify(target()))
  createEffect(
    on(told, () => {
      const wanted = target()
      const key = wanted && options.keyOf(wanted)
      setFailure(undefined)
      if (key !== heldKey) {
        setAnswer(undefined)
        setGone(false)
      }
      heldKey = key
      if (!wanted) return
      const aborter = new AbortController()
      const asking = poll(async () => {
        try {
          const came = await options.ask(wanted, aborter.signal)
          if (aborter.signal.aborted) return
          setAnswer(() => came)
          setGone(false)
          setFailure(undefined)
        } catch (error) {
          if (aborter.signal.aborted) return
          const failed = asRequestError(error)
          if (failed.status !== 404) {
            setFailure(failed)
            return
          }
          setGone(true)
          if (options.endsWhenGone?.(wanted)) asking.stop()
        }
      }, options.intervalMs)
      onCleanup(() => {
        aborter.abort()
        asking.stop()
      })
    }),
  )
  return { answer, gone, failure }
}
