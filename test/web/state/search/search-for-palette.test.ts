import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { searchForPalette } from '../../../../web/state/search/search-for-palette.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

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
    return Response.json({ query, views: [], matches: [] })
  })
})
afterEach(() => vi.unstubAllGlobals())

const search = (words: string, filter: string) =>
  searchForPalette({ words, filter, options: {} }, new AbortController().signal)

it('a text is found as it stands', async () => {
  const { all, selected } = await search('say "hi" (now)', '')
  expect(asked).toEqual(['"say \\"hi\\" (now)"'])
  expect([all.query, selected]).toEqual([asked[0], undefined])
})

it('what the filter selects of it is asked for, too', async () => {
  const { all, selected } = await search('web', 'host:a or host:b')
  expect(asked).toEqual(['"web"', '(host:a or host:b) web'])
  expect([all.query, selected?.query]).toEqual(asked)
})

it.each([
  ['that cannot be read', 'host:(', ['"web"']],
  ['that is too long together with it', 'host:a', ['"web"', 'host:a web']],
])('all is found also beside a filter %s', async (_, filter, queries) => {
  refused = /^host:a /
  const { all, selected } = await search('web', filter)
  expect(asked).toEqual(queries)
  expect([all.query, selected]).toEqual(['"web"', undefined])
})

it('nothing is found when the app refuses the text', async () => {
  refused = /^"web"$/
  await expect(search('web', 'host:a')).rejects.toMatchObject({ status: 400 })
})
