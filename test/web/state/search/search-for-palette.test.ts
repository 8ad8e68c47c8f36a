import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { parseQuery } from '../../../../src/topology/query/language/parse.ts'
import { searchViews } from '../../../../src/topology/query/offer/search-views.ts'
import { renderView } from '../../../../src/topology/render.ts'
import { searchForPalette } from '../../../../web/state/search/search-for-palette.ts'
import { containerId, containerNode, held, hostNode, report } from '../../../support/reports/reports.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

const others = ['web-api-1', 'web-api-2', 'web-api-3', 'web-api-4']
const reports = [
  held(
    report({
      nodes: [
        hostNode('alpha'),
        ...['a-api', ...others].map((name) => containerNode('alpha', name, { image: 'web:1' })),
        containerNode('alpha', 'b-api', { image: 'db:1' }),
      ],
    }),
  ),
]
const shown = { stopped: 'both', system: 'all', pseudo: 'show', unconnected: 'show' }
const views = ['containers', 'hosts'].map((id) => ({ id, name: id, view: renderView(id, shown, reports) }))

let asked: string[]
/** The queries that the app refuses. */
let refused: RegExp | undefined

beforeEach(() => {
  stubBrowser('http://localhost/')
  asked = []
  refused = undefined
  vi.stubGlobal('fetch', async (url: URL) => {
    const query = url.searchParams.get('q') ?? ''
    asked.push(query)
    if (refused?.test(query))
      return Response.json({ error: { code: 'invalid_params', message: 'too long' } }, { status: 400 })
    const limit = Number(url.searchParams.get('limit'))
    return Response.json(searchViews(parseQuery(query), query, views, limit))
  })
})
afterEach(() => vi.unstubAllGlobals())

const search = (words: string, filter: string, view = 'containers') =>
  searchForPalette({ words, filter, view, options: {} }, new AbortController().signal)
const labels = (found: Awaited<ReturnType<typeof search>>['selected']) =>
  found?.matches.filter(({ view }) => view === 'containers').map(({ label }) => label)

it('a text is found as it stands', async () => {
  const { all, selected } = await search('say "hi" (now)', '')
  expect(asked).toEqual(['"say \\"hi\\" (now)"'])
  expect([all.query, selected]).toEqual([asked[0], undefined])
})

it('of what is found, all that the filter selects is known, however it is ranked beside the filter', async () => {
  const { all, selected } = await search('api', 'web')
  expect(labels(all)).toEqual(['a-api', 'b-api', 'web-api-1', 'web-api-2'])
  expect(labels(selected)?.sort()).toEqual(['a-api', 'web-api-1', 'web-api-2'])
})

it('what the filter selects of it is asked for by the ids of the view that is shown', async () => {
  const { all, selected } = await search('a-api', 'image:web or image:db')
  expect(asked).toEqual(['"a-api"', `(image:web or image:db) id=${containerId('a-api')}`])
  expect([all.query, selected?.query]).toEqual(asked)
})

it.each([
  ['nothing is found', 'nothing', 'containers'],
  ['nothing is found in the view that is shown', 'a-api', 'processes'],
])('the filter is not asked about when %s', async (_, words, view) => {
  const { selected } = await search(words, 'web', view)
  expect([asked, selected]).toEqual([[`"${words}"`], undefined])
})

it.each([
  ['that cannot be read', 'host:(', ['"a-api"']],
  ['that is too long together with it', 'host:a', ['"a-api"', `host:a id=${containerId('a-api')}`]],
])('all is found also beside a filter %s', async (_, filter, queries) => {
  refused = /^host:a /
  const { all, selected } = await search('a-api', filter)
  expect(asked).toEqual(queries)
  expect([all.query, selected]).toEqual(['"a-api"', undefined])
})

it('nothing is found when the app refuses the text', async () => {
  refused = /^"web"$/
  await expect(search('web', 'host:a')).rejects.toMatchObject({ status: 400 })
})
