import { hadNoAnswer, NO_ANSWER, RequestError } from '../../data/client.ts'
import type { Loaded } from './loaded.ts'

/**
 * Changes something in a list that is shown. Where no answer comes, it may be done all the same: that is told, and the list is loaded
 * anew, since a second try may be refused for what the first has done.
 *
 * @throws {RequestError} as `change`, with what is not known in its words
 */
export async function changing<T>(list: Pick<Loaded<unknown>, 'load'>, change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (!hadNoAnswer(error)) throw error
    void list.load()
    const unknown = 'Whether it was done is not known: look at the list before you try again.'
    throw new RequestError(NO_ANSWER, `${error.message} ${unknown}`)
  }
}
