import { describe, expect, it } from 'vitest'
import type { ViewDescription, ViewOptionGroup } from '../../../src/api/types.ts'
import {
  choose,
  chooseNone,
  chosen,
  chosenWords,
  findView,
  firstView,
  leftOut,
  shownVariants,
  tabs,
  viewId,
  viewName,
  viewQuery,
  withAllShown,
} from '../../../web/domain/views.ts'

const view = (id: string, nodes: number, more: Partial<ViewDescription> = {}): ViewDescription => ({
  name: id,
  rank: 1,
  hide_if_empty: false,
  options: null,
  url: `/api/topology/${id}`,
  stats: { node_count: nodes, nonpseudo_node_count: nodes, edge_count: 0, filtered_nodes: 0 },
  ...more,
})

const stopped: ViewOptionGroup = {
  id: 'stopped',
  defaultValue: 'running',
  selectType: 'one',
  options: [
    { value: 'stopped', label: 'Stopped' },
    { value: 'running', label: 'Running' },
    { value: 'both', label: 'Both' },
  ],
}
const system: ViewOptionGroup = {
  id: 'system',
  defaultValue: 'application',
  selectType: 'one',
  options: [
    { value: 'all', label: 'All' },
    { value: 'system', label: 'System' },
    { value: 'application', label: 'Application' },
    { value: 'with:role=db', label: 'Databases' },
  ],
}
const kinds: ViewOptionGroup = {
  id: 'kinds',
  defaultValue: '',
  selectType: 'union',
  options: [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
  ],
}

describe('views', () => {
  it('orders tabs by rank and hides empty ones that ask for it, unless looked at', () => {
    const views = [
      view('b', 1, { rank: 2 }),
      view('a', 0, { hide_if_empty: true }),
      view('c', 0, { rank: 3 }),
    ]
    expect(tabs(views, undefined).map(viewId)).toEqual(['b', 'c'])
    expect(tabs(views, 'a').map(viewId)).toEqual(['a', 'b', 'c'])
  })

  it('hides a view with nothing but what nobody watches, if it asks for that', () => {
    const stats = { node_count: 2, nonpseudo_node_count: 0, edge_count: 1, filtered_nodes: 0 }
    const units = view('units', 2, { hide_if_empty: true, stats })
    expect(tabs([units], undefined)).toEqual([])
    expect(tabs([{ ...units, stats: { ...stats, filtered_nodes: 1 } }], undefined)).toHaveLength(1)
  })

  it('offers no empty view below a tab that is of use on few machines, unless it is shown', () => {
    const below = [view('images', 0), view('weave', 0, { hide_if_empty: true })]
    const tab = view('hosts', 1, { sub_topologies: below })
    expect(shownVariants(tab, 'hosts').map(viewId)).toEqual(['hosts', 'images'])
    expect(shownVariants(tab, 'weave').map(viewId)).toEqual(['hosts', 'images', 'weave'])
    const full = view('hosts', 1, { sub_topologies: [view('weave', 2, { hide_if_empty: true })] })
    expect(shownVariants(full, 'hosts').map(viewId)).toEqual(['hosts', 'weave'])
  })

  it('finds a sub-view and its tab', () => {
    const images = view('containers-by-image', 1)
    const found = findView([view('containers', 1, { sub_topologies: [images] })], 'containers-by-image')
    expect(found && viewId(found.tab)).toBe('containers')
    expect(found?.view).toBe(images)
    expect(viewName([view('containers', 1, { sub_topologies: [images] })], 'containers-by-image')).toBe(
      'containers containers-by-image',
    )
    expect(findView([], 'x')).toBeUndefined()
  })

  it.each([
    [
      'containers when there are some',
      [view('hosts', 1), view('processes', 9), view('containers', 2)],
      'containers',
    ],
    [
      'processes when there are no containers',
      [view('hosts', 1), view('processes', 9), view('containers', 0)],
      'processes',
    ],
    ['containers when there is nothing at all', [view('processes', 0), view('containers', 0)], 'containers'],
    ['any other', [view('pods', 3)], 'pods'],
    ['none', [], undefined],
  ])('begins with %s', (_, views, id) => expect(firstView(views)).toBe(id))
})

it('tells what no filter can find, and the options that show it', () => {
  const pseudo: ViewOptionGroup = {
    id: 'pseudo',
    defaultValue: 'hide',
    selectType: 'one',
    options: [
      { value: 'show', label: 'Show uncontained' },
      { value: 'hide', label: 'Hide uncontained' },
    ],
  }
  const containers = view('containers', 1, { options: [stopped, pseudo] })
  expect(leftOut(containers, { stopped: 'both' })).toEqual([
    { id: 'pseudo', what: 'uncontained', shown: { stopped: 'both', pseudo: 'show' } },
  ])
  expect(leftOut(containers, { pseudo: 'show', stopped: 'both' })).toEqual([])
  expect(leftOut(view('hosts', 1), {})).toEqual([])
})

it('changes the options so that nothing is left out', () => {
  const containers = view('containers', 1, { options: [system, stopped, kinds] })
  const shown = { system: 'all', stopped: 'both', group: 'host' }
  expect(withAllShown(containers, { kinds: 'a', group: 'host' })).toEqual(shown)
  expect(withAllShown(containers, shown)).toBe(shown)
})

it.each([
  ['what does not run, unless told otherwise', stopped, {}, 'stopped', { stopped: 'both' }],
  ['what runs', stopped, { stopped: 'stopped' }, 'running', { stopped: 'both' }],
  ['nothing of both', stopped, { stopped: 'both' }, undefined, undefined],
  ['what is of the system', system, {}, 'of the system', { system: 'all' }],
  ['applications', system, { system: 'system' }, 'an application', { system: 'all' }],
  ['what lacks a label', system, { system: 'with:role=db' }, 'outside of Databases', { system: 'all' }],
  ['what lacks any label', system, { system: 'with:a=b' }, 'outside of with:a=b', { system: 'all' }],
  ['nothing of all', system, { system: 'all' }, undefined, undefined],
  ['other stacks', kinds, { kinds: 'b,gone' }, 'outside of B, gone', {}],
  ['nothing while no stack is chosen', kinds, {}, undefined, undefined],
] as const)('tells that options leave out %s', (_, group, options, what, shown) =>
  expect(leftOut(view('containers', 1, { options: [group] }), options)).toEqual(
    what === undefined ? [] : [{ id: group.id, what, shown }],
  ),
)

it.each(Object.getOwnPropertyNames(Object.prototype))(
  'takes %s in a link for a value like any other',
  (name) => {
    const [left] = leftOut(view('containers', 1, { options: [stopped] }), { stopped: name })
    expect(left?.what).toBe(`outside of ${name}`)
    expect(leftOut(view('containers', 1, { options: [{ ...stopped, id: name }] }), { [name]: 'x' })).toEqual(
      [],
    )
  },
)

describe('options', () => {
  it.each([
    ['the default', {}, ['running']],
    ['what was chosen', { stopped: 'stopped' }, ['stopped']],
    ['the default for nonsense', { stopped: 'x' }, ['running']],
  ])('shows %s', (_, options, values) => expect(chosen(stopped, options)).toEqual(values))

  it('leaves defaults out', () => {
    expect(choose(stopped, 'stopped', {})).toEqual({ stopped: 'stopped' })
    expect(choose(stopped, 'running', { stopped: 'stopped', other: '1' })).toEqual({ other: '1' })
  })

  it('toggles the values of a union', () => {
    const both = choose(kinds, 'b', choose(kinds, 'a', {}))
    expect(both).toEqual({ kinds: 'a,b' })
    expect(choose(kinds, 'a', both)).toEqual({ kinds: 'b' })
    expect(choose(kinds, 'b', { kinds: 'b' })).toEqual({})
  })

  it.each([
    ['', 'All kinds'],
    ['gone', 'All kinds'],
    ['a', 'A'],
    ['b,a', 'A, B'],
    ['a,c,b', '3 of 4'],
  ])('says in few words what of a union is chosen: %j', (value, words) => {
    const options = ['a', 'b', 'c', 'd'].map((one) => ({ value: one, label: one.toUpperCase() }))
    expect(chosenWords({ ...kinds, noneLabel: 'All kinds', options }, { kinds: value })).toBe(words)
  })

  it('takes back a union', () => {
    expect(chooseNone(kinds, { kinds: 'a,b', other: '1' })).toEqual({ other: '1' })
  })

  it('sends only what the view knows', () => {
    expect(viewQuery(view('x', 1, { options: [stopped] }), { stopped: 'stopped', alien: '1' })).toBe(
      '?stopped=stopped',
    )
    expect(viewQuery(view('x', 1), { stopped: 'stopped' })).toBe('')
    expect(viewQuery(view('x', 1), { networks: 'show' })).toBe('?networks=show')
  })
})
