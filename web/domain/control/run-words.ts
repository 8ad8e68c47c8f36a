import type { ControlAnswer } from '../../../src/api/control.ts'
import { sentence } from '../account/sign-in-words.ts'

/** How far the use of a control is. */
export type RunState = 'running' | 'done' | 'failed'

/** What came of using a control, in words. @param control what it is called */
export function doneWords(control: string, { value }: Pick<ControlAnswer, 'value'>): string {
  return value ? `${control} is done: ${sentence(value)}` : `${control} is done.`
}

/** Why using a control failed. */
export function failedWords(control: string, { status, message }: FailedRequest): string {
  const unknown =
    status === 0 ? ' Whether it was done is not known: look at the node before you try again.' : ''
  return `${control} failed: ${sentence(message)}${unknown}`
}

/** A failed request; `status` is 0 when there was no answer. */
export interface FailedRequest {
  readonly status: number
  readonly message: string
}
