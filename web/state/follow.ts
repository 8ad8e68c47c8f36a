import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import type { RequestError } from '../data/api.ts'
import { poll } from '../data/poll.ts'
import { asRequestError } from './app-info.ts'

/** The newest answer about something that is looked at. */
export interface Followed<A> {
  readonly answer: () => A | undefined
  /** The app does not know it, or not any more. */
  readonly gone: () => boolean
  readonly failure: () => RequestError | undefined
}

/** How {@link follow} asks. */
export interface FollowOptions<T, A> {
  readonly ask: (target: T, signal: AbortSignal) => Promise<A>
  readonly intervalMs: number
  /** Targets of one key are the same thing, asked for in another way: the last answer stays until the next. */
  readonly keyOf: (target: T) => string
}

/** Follows a target: asks at once when it changes, then again and again while there is one. */
export function follow<T, A>(target: () => T | undefined, options: FollowOptions<T, A>): Followed<A> {
  const [answer, setAnswer] = createSignal<A>()
  const [gone, setGone] = createSignal(false)
  const [failure, setFailure] = createSignal<RequestError>()
  let heldKey: string | undefined

  // The same target told anew, as it is by every frame, is no other one.
  const told = createMemo(() => JSON.stringify(target()))
  createEffect(
    on(told, () => {
      const wanted = target()
      const key = wanted && options.keyOf(wanted)
      setGone(false)
      setFailure(undefined)
      if (key !== heldKey) setAnswer(undefined)
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
          if (failed.status === 404) setGone(true)
          else setFailure(failed)
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
