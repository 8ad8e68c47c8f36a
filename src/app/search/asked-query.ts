import type { AskedQuery } from '../../topology/query/filter/view-filter.ts'
import { parseQuery } from '../../topology/query/language/parse.ts'
import { QueryError } from '../../topology/query/language/query-error.ts'
import { ApiError } from '../http/api-error.ts'

/**
 * Parses the query in the parameter `q`.
 *
 * @returns undefined when there is none, or it is blank
 * @throws {ApiError} 400 `bad_query` with the place in `q` where it is not a query
 */
export const askedQuery = (text: string | undefined): AskedQuery | undefined => {
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
