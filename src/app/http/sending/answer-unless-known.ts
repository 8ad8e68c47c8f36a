import type { Context } from 'hono'
import type { AppEnv } from '../env.ts'
import { knownTag } from './entity-tags.ts'

/**
 * An answer with its tag, or 304 for whoever has it already. Call it only after whoever asks has been found to be allowed the answer.
 *
 * @param tag names the answer to this very request, so it is another one where the answer depends on who asks
 * @param answer is called only if the answer has to be sent
 */
export const answerUnlessKnown = (c: Context<AppEnv>, tag: string, answer: () => Response): Response => {
  const isKnown = knownTag(c.req.header('if-none-match'), [tag]) !== undefined
  const response = isKnown ? c.body(null, 304) : answer()
  response.headers.set('etag', tag)
  response.headers.set('vary', 'Accept-Encoding')
  return response
}
