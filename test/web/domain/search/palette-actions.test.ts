import { describe, expect, it } from 'vitest'
import { rankEntries } from '../../../../web/domain/search/palette.ts'
import {
  type ActionsState,
  actionEntries,
  searchOffer,
} from '../../../../web/domain/search/palette-actions.ts'
import { readQuery } from '../../../../web/domain/search/search.ts'

const plain: ActionsState = {
  node: undefined,
  hasCard: false,
  hasFilter: false,
  theme: 'system',
  contrast: 'system',
  shown: 'map',
  networks: undefined,
  hubs: undefined,
  minimap: 'shown',
  layout: 'flow',
  rings: [],
  ring: undefined,
  lighter: undefined,
  search: undefined,
  pinned: { count: 0, node: false },
  paused: false,
  sections: [],
  isSignedIn: false,
}
const names = (more: Partial<ActionsState> = {}) =>
  actionEntries({ ...plain, ...more }).map(({ name }) => name)
const always = names()
const metrics = ['CPU', 'Memory'].map((label, priority) => ({ label, priority }))
const lighter = {
  hidden: '2 lighter ones hidden',
  action: 'Show all',
  hint: 'Show all 52 edges',
  showsAll: true,
}

describe('the palette offers', () => {
  it.each<[string, Partial<ActionsState>, readonly string[]]>([
    [
      'what can be done with the node of the card',
      { node: 'web', hasCard: true },
      [
        'Only the neighbours of web',
        'Only what is two steps from web',
        'Explain connection of web to …',
        'Close the card',
        'Pin web',
        'Print the card',
      ],
    ],
    ['what can be done with the card of an edge', { hasCard: true }, ['Close the card', 'Print the card']],
    ['to let go of pinned nodes', { pinned: { count: 2, node: false } }, ['Unpin all nodes']],
    [
      'what can be done with a filter',
      { hasFilter: true },
      ['Remove the filter', 'Act on what the filter selects'],
    ],
    ['only what matches', { search: 'only' }, ['Only what matches']],
    ['to dim the rest instead', { search: 'dim' }, ['Show all, dim what does not match']],
    ['to hide hubs', { hubs: 'shown' }, ['Hide hubs']],
    ['to show them again', { hubs: 'hidden' }, ['Show hubs']],
    ['to show networks', { networks: 'hidden' }, ['Show networks']],
    ['other rings, and none', { rings: metrics, ring: 'CPU' }, ['Rings show Memory', 'Show no rings']],
    ['all rings where there are none', { rings: metrics }, ['Rings show CPU', 'Rings show Memory']],
    ['all edges of a dense map', { lighter }, ['Show all 52 edges']],
    ['to sign in', { sections: ['sign-in'] }, ['Sign in']],
    [
      'what is managed beside the map, and to sign out',
      { sections: ['sessions', 'users', 'audit'], isSignedIn: true },
      ['Sessions', 'Users', 'Audit log', 'Sign out'],
    ],
  ])('%s', (_, state, more) => expect(names(state).filter((name) => !always.includes(name))).toEqual(more))

  it.each<[string, Partial<ActionsState>, string, string]>([
    ['a minimap', { minimap: 'hidden' }, 'Show the minimap', 'Hide the minimap'],
    ['dark colours', { theme: 'dark' }, 'Use the colours of the system', 'Use dark colours'],
    ['light colours', { theme: 'light' }, 'Use the colours of the system', 'Use light colours'],
    ['more contrast', { contrast: 'more' }, 'Use the contrast of the system', 'Use more contrast'],
    ['what goes on', { paused: true }, 'Go on, live', 'Pause the map'],
    ['another layout', { layout: 'force' }, 'Layout flow', 'Layout force'],
    ['a table', { shown: 'table' }, 'Show the map', 'Show the table'],
    ['a matrix', { shown: 'matrix' }, 'Show the table', 'Show who calls whom as a matrix'],
    ['resources', { shown: 'resources' }, 'Print what is shown', 'Show resources'],
  ])('what is not so: %s', (_, state, offered, not) => {
    expect(names(state)).toContain(offered)
    expect(names(state)).not.toContain(not)
  })

  it('nothing of the map where another thing is shown', () => {
    const state = { shown: 'table', rings: metrics, lighter, networks: 'shown', node: 'web' } as const
    for (const word of ['Layout', 'Ring', 'minimap', 'edges', 'networks', 'Zoom', 'Pin', 'Save'])
      expect(names(state).filter((name) => name.includes(word))).toEqual([])
  })

  it('each under an id of its own, found by what it is called', () => {
    const sections = ['sessions', 'users', 'audit'] as const
    const all = actionEntries({ ...plain, rings: metrics, ring: 'CPU', lighter, sections, isSignedIn: true })
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    const first = (text: string) => rankEntries(text, all, 1)[0]?.entry.target
    expect(first('layered')).toEqual({ kind: 'layout', layout: 'layered' })
    expect(first('memory')).toEqual({ kind: 'ring', label: 'Memory' })
    expect(first('no rings')).toEqual({ kind: 'ring', label: '' })
    expect(first('users')).toEqual({ kind: 'section', section: 'users' })
    expect(first('sign out')).toEqual({ kind: 'action', action: 'signOut' })
    expect(first('contrast')).toEqual({ kind: 'action', action: 'contrastMore' })
  })
})

it.each([
  ['we', '', 'only'],
  ['we', 'name:web', 'only'],
  ['', 'name:web', 'dim'],
  ['', '', undefined],
  ['we (', 'name:web', undefined],
] as const)('with %j typed and the filter %j, a search can be: %s', (typed, filter, offered) =>
  expect(searchOffer(readQuery(typed), readQuery(filter))).toBe(offered),
)
