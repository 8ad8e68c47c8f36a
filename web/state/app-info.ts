import { createEffect, createSignal, on, onCleanup, untrack } from 'solid-js'
import type { ProbeSummary, ViewDescription } from '../../src/api/types.ts'
import { fetchProbes, fetchViews, RequestError } from '../data/api.ts'
import { ask } from '../data/client.ts'
import { type Poll, poll } from '../data/live/poll.ts'
import { settings } from '../settings.ts'

/** The app's views and probes, requested every few seconds. */
export interface AppInfo {
  /** Undefined before the first answer. */
  readonly views: () => readonly ViewDescription[] | undefined
  readonly probes: () => readonly ProbeSummary[] | undefined
  /** Whether the app shows simulated data. */
  readonly isDemo: () => boolean
  /** Why the last request failed; undefined after views were received again. */
  readonly failure: () => RequestError | undefined
}

/** Starts the requests. @param options the chosen options, which node counts take into account */
export function createAppInfo(options: () => Readonly<Record<string, string>>): AppInfo {
  const [views, setViews] = createSignal<readonly ViewDescription[]>()
  const [probes, setProbes] = createSignal<readonly ProbeSummary[]>()
  const [isDemo, setIsDemo] = createSignal<boolean>()
  const [failure, setFailure] = createSignal<RequestError>()

  const asks: readonly Poll[] = [
    poll(async () => {
      try {
        // After a failure another app may answer at this address, so `demo` is asked for again.
        if (untrack(isDemo) === undefined || untrack(failure))
          setIsDemo((await ask('/api', {})).demo === true)
        setViews(await fetchViews(untrack(options)))
        setFailure(undefined)
      } catch (error) {
        setFailure(asRequestError(error))
      }
    }, settings.data.viewsPollMs),
    poll(async () => {
      try {
        setProbes(await fetchProbes())
      } catch (error) {
        setFailure(asRequestError(error))
      }
    }, settings.data.probesPollMs),
  ]
  createEffect(on(options, () => asks[0]?.now(), { defer: true }))
  onCleanup(() => {
    for (const asking of asks) asking.stop()
  })
  return { views, probes, isDemo: () => isDemo() === true, failure }
}

/** Any failure of a request as a {@link RequestError}. */
export function asRequestError(error: unknown): RequestError {
  return error instanceof RequestError ? error : new RequestError(0, String(error))
}
