import { createEffect, createSignal, on, onCleanup, untrack } from 'solid-js'
import type { AppDetails, ProbeSummary, ViewDescription } from '../../src/api/types.ts'
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
  /** Undefined before the first answer. */
  readonly version: () => string | undefined
  /** Name of the host that the app runs on; undefined before the first answer. */
  readonly hostname: () => string | undefined
  /** Why the last request failed; undefined after views were received again. */
  readonly failure: () => RequestError | undefined
}

/** Starts the requests. @param options the chosen options, which node counts take into account */
export function createAppInfo(options: () => Readonly<Record<string, string>>): AppInfo {
  const [views, setViews] = createSignal<readonly ViewDescription[]>()
  const [probes, setProbes] = createSignal<readonly ProbeSummary[]>()
  const [app, setApp] = createSignal<AppDetails>()
  const [failure, setFailure] = createSignal<RequestError>()

  const asks: readonly Poll[] = [
    poll(async () => {
      try {
        // After a failure another app may answer at this address.
        if (untrack(app) === undefined || untrack(failure)) setApp(await ask('/api', {}))
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
  return {
    ...{ views, probes, failure },
    isDemo: () => app()?.demo === true,
    version: () => app()?.version,
    hostname: () => app()?.hostname,
  }
}

/** Any failure of a request as a {@link RequestError}. */
export function asRequestError(error: unknown): RequestError {
  return error instanceof RequestError ? error : new RequestError(0, String(error))
}
