import { parseQuery } from '../../topology/query/language/parse.ts'
import { QueryError } from '../../topology/query/language/query-error.ts'
import { ApiError } from '../http/api-error.ts'
import type { ViewFilter } from '../views/renders.ts'

/**
 * The query in a parameter `q`. Undefined when there is none, or nothing in it.
 *
 * @throws {ApiError} 400 `bad_query` with the place in `q` where it is no query
 */
export const askedQuery = (text: string | undefined): ViewFilter | undefined => {
  if (text === undefined || text.trim() === '') return undefined
  try {
    return { text, query: parseQuery(text) }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw new ApiError(400, 'bad_query', `q is no query: ${error.message}`, {
      field: 'q',
      offset: error.offset,
      cause: error,
    })
  }
}
