import { createSignal } from 'solid-js'
import type { RequestError } from '../../data/client.ts'
import { asRequestError } from '../app-info.ts'

/** What was asked for once, and can be asked for again. */
export interface Loaded<A> {
  /** The newest answer; undefined before the first. */
  readonly answer: () => A | undefined
  /** Why the last request failed. */
  readonly failure: () => RequestError | undefined
  load(): Promise<void>
}

/** Asks at once. Of several requests under way, the newest counts. */
export function createLoaded<A>(ask: () => Promise<A>): Loaded<A> {
  const [answer, setAnswer] = createSignal<A>()
  const [failure, setFailure] = createSignal<RequestError>()
  let newest = 0
  const load = async () => {
    newest += 1
    const mine = newest
    try {
      const came = await ask()
      if (mine !== newest) return
      setAnswer(() => came)
      setFailure(undefined)
    } catch (error) {
      if (mine === newest) setFailure(asRequestError(error))
    }
  }
  void load()
  return { answer, failure, load }
}
