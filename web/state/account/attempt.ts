import { createSignal } from 'solid-js'
import type { RequestError } from '../../data/client.ts'
import { asRequestError } from '../app-info.ts'

/** Something that a person does and that can fail, such as sending a form. */
export interface Attempt<Args extends readonly unknown[]> {
  /** Whether it is under way. */
  readonly busy: () => boolean
  /** Why it failed the last time; undefined after success and from the start of the next attempt. */
  readonly failure: () => RequestError | undefined
  /** Does nothing while another is under way. @returns whether it succeeded */
  run(...args: Args): Promise<boolean>
  forget(): void
}

/** Makes an {@link Attempt} of what sends a request. */
export function createAttempt<Args extends readonly unknown[]>(
  act: (...args: Args) => Promise<void>,
): Attempt<Args> {
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<RequestError>()
  return {
    busy,
    failure,
    forget: () => setFailure(undefined),
    async run(...args) {
      if (busy()) return false
      setBusy(true)
      setFailure(undefined)
      try {
        await act(...args)
        return true
      } catch (error) {
        setFailure(asRequestError(error))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
