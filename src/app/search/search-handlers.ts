import { complete } from '../../topology/query/offer/complete.ts'
import { searchViews } from '../../topology/query/offer/search-views.ts'
import { vocabularyOf } from '../../topology/query/offer/vocabulary.ts'
import { catalogue, findView } from '../../topology/view/catalogue.ts'
import { parseOptions } from '../../topology/views.ts'
import { ApiError } from '../http/api-error.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerDocument } from '../http/sending/answer-document.ts'
import { answerJson } from '../http/sending/json.ts'
import type { SharedTexts } from '../http/sending/shared-texts.ts'
import type { Renders } from '../views/renders.ts'
import { askedQuery } from './asked-query.ts'

/** Handlers of `/api/search` and `/api/complete`. Both cover all views, rendered with the options of the request. */
export const searchHandlers = ({
  renders,
  texts,
}: {
  readonly renders: Renders
  readonly texts: SharedTexts
}): Pick<Handlers, 'search' | 'complete'> => ({
  search: (c) => {
    const { q, limit, ...given } = c.req.valid('query')
    const filter = askedQuery(q)
    if (filter === undefined)
      throw new ApiError(400, 'bad_query', 'q is empty: say what to search for', { field: 'q', offset: 0 })
    const found = renders.once(JSON.stringify(['search', filter.text, limit, given]), () => {
      const views = catalogue.map(({ id, name, parent }) => {
        const options = parseOptions(id, given)
        const above = parent === undefined ? undefined : findView(parent)
        return { id, name: above ? `${above.name} ${name}` : name, ...renders.views(id, options) }
      })
      return JSON.stringify(searchViews(filter.query, filter.text, views, limit, renders.pipeline.texts))
    })
    return answerDocument(c, texts.of(found))
  },

  complete: (c) => {
    const { q, at, ...given } = c.req.valid('query')
    const vocabulary = renders.once(JSON.stringify(['vocabulary', given]), () => {
      // Members of closed groups can be named in a query, too.
      const views = catalogue.map(({ id }) => renders.views(id, parseOptions(id, given)))
      return vocabularyOf(views.flatMap(({ view, ungrouped }) => (ungrouped ? [view, ungrouped] : [view])))
    })
    return answerJson(c, JSON.stringify(complete(q, at ?? q.length, vocabulary)))
  },
})
