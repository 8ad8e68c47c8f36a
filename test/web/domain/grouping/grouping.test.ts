import { describe, expect, it } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import {
  closeGroup,
  foldWords,
  groupBy,
  groupedBy,
  groupingChoices,
  isClosedGroup,
  openedView,
  openGroup,
  openGroupLabels,
  openGroups,
  optionsElsewhere,
  optionsOf,
} from '../../../../web/domain/grouping/grouping.ts'
import { node } from '../../support/graph.ts'

const view = {
  groups: [
    { value: 'host', label: 'Host', count: 3, rest: 2 },
    { value: 'image', label: 'Image', count: 3, rest: 40 },
  ],
  stats: { node_count: 1006 },
} as unknown as ViewDescription

describe('how a view is folded', () => {
  it('is chosen, and forgets what was open', () => {
    expect(groupBy('host', view, { stopped: 'both' })).toEqual({ stopped: 'both', group: 'host' })
    expect(groupBy('stack', view, { group: 'host', open: 'group:host=a' })).toEqual({ group: 'stack' })
    expect(groupBy(undefined, view, { group: 'host', rest: 'fold', open: 'group:host=a', x: '1' })).toEqual({
      x: '1',
      group: '',
    })
    expect([groupedBy({}), groupedBy({ group: 'host' })]).toEqual([undefined, 'host'])
  })

  it('folds the rest, too, when it is much', () => {
    expect(groupBy('image', view, {})).toEqual({ group: 'image', rest: 'fold' })
  })

  it('lists what is offered, and what is chosen though it is not', () => {
    expect(groupingChoices(view, {})).toEqual(view.groups)
    expect(groupingChoices(view, { group: 'host' })).toEqual(view.groups)
    expect(groupingChoices(view, { group: 'label:team' }).map(({ label }) => label)).toEqual([
      'Host',
      'Image',
      'Label team',
    ])
  })
})

describe('groups', () => {
  const one = openGroup('group:host=a', { group: 'host' })
  const two = openGroup('group:host=b', one)

  it('are opened and closed one by one', () => {
    expect(openGroups(two)).toEqual(['group:host=a', 'group:host=b'])
    expect(openGroup('group:host=a', one)).toEqual(one)
    expect(closeGroup('group:host=a', two)).toEqual({ group: 'host', open: 'group:host=b' })
    expect(closeGroup(undefined, two)).toEqual({ group: 'host' })
    expect(closeGroup('group:host=a', one)).toEqual({ group: 'host' })
  })

  it('are told from their members', () => {
    const group = { id: 'group:host=a', label: 'a' }
    expect([node(group.id, { group }), node('x', { group }), node('y')].map(isClosedGroup)).toEqual([
      true,
      false,
      false,
    ])
  })

  it('are called as their members say', () => {
    expect(openGroupLabels(two, [node('x', { group: { id: 'group:host=a', label: 'alpha' } })])).toEqual([
      { id: 'group:host=a', label: 'alpha' },
      { id: 'group:host=b', label: 'b' },
    ])
  })
})

const suggested = { group: 'stack', rest: 'fold', label: 'Stack', count: 31, of: 1006 } as const
const sized = (nodes: number, by: ViewDescription['suggested'] = suggested) =>
  ({ ...view, stats: { node_count: nodes }, ...(by ? { suggested: by } : {}) }) as unknown as ViewDescription
const small = { ...sized(6), suggested: undefined } as unknown as ViewDescription

describe('a view that is opened', () => {
  const opened = openedView(undefined, 'containers', sized(1006), {}, 0, 'open')

  it('is folded as suggested, when nobody has chosen', () => {
    expect(optionsOf(opened, { stopped: 'both' })).toEqual({ stopped: 'both', group: 'stack', rest: 'fold' })
    expect(optionsOf(openedView(undefined, 'containers', small, {}, 6, 'open'), {})).toEqual({})
  })

  it.each([{ group: '' }, { group: 'host' }, { group: 'host', open: 'group:host=a' }])(
    'is as %o in its address says',
    (options) => {
      expect(
        optionsOf(openedView(undefined, 'containers', sized(1006), options, 1006, 'open'), options),
      ).toEqual(options)
    },
  )

  it('stays as it was opened while containers come and go', () => {
    const other = { ...suggested, group: 'host', count: 10 }
    const moments = [
      [sized(1006), 31],
      [sized(900, other), 60],
      [sized(900, other), 100],
      [small, 6],
    ] as const
    for (const [now, shown] of moments)
      for (const options of [
        {},
        { group: 'stack', rest: 'fold' },
        { group: 'stack', rest: 'fold', open: 'x' },
      ])
        expect(openedView(opened, 'containers', now, options, shown, 'open')).toBe(opened)
  })

  it('is folded otherwise when it has become far too large and that helps', () => {
    const others = (count: number) => sized(2000, { ...suggested, group: 'host', count })
    const grown = openedView(opened, 'containers', others(10), { group: 'stack', rest: 'fold' }, 101, 'open')
    expect(grown.taken).toEqual({ group: 'host', rest: 'fold' })
    expect(openedView(opened, 'containers', others(90), {}, 101, 'open')).toBe(opened)
    const fromSmall = openedView(undefined, 'containers', small, {}, 6, 'open')
    expect(openedView(fromSmall, 'containers', sized(90), {}, 90, 'open')).toBe(fromSmall)
    expect(openedView(fromSmall, 'containers', sized(101), {}, 101, 'open').taken).toEqual({
      group: 'stack',
      rest: 'fold',
    })
  })

  it('is folded otherwise in its address, too, where the grouping before was taken by itself', () => {
    const own = { group: 'stack', rest: 'fold', stopped: 'both' }
    const grown = openedView(
      opened,
      'containers',
      sized(2000, { ...suggested, group: 'host', count: 10 }),
      own,
      101,
      'open',
    )
    const written = optionsOf(grown, own)
    expect(written).toEqual({ group: 'host', rest: 'fold', stopped: 'both' })
    expect(openedView(grown, 'containers', sized(2000), own, 101, 'open')).toBe(grown)
    const settled = openedView(grown, 'containers', sized(2000), written, 12, 'open')
    const chosen = openedView(settled, 'containers', sized(2000), own, 12, 'open')
    expect(optionsOf(chosen, own)).toEqual(own)
  })

  it('follows the suggestion while it is being opened, unless somebody chooses or opens a group', () => {
    const few = openedView(undefined, 'containers', small, {}, 6, 'opening')
    const more = openedView(few, 'containers', sized(1006), {}, 60, 'opening')
    expect(optionsOf(more, {})).toEqual({ group: 'stack', rest: 'fold' })
    const other = sized(1006, { ...suggested, group: 'host' })
    const taken = { group: 'stack', rest: 'fold' }
    expect(optionsOf(openedView(more, 'containers', other, taken, 31, 'opening'), taken)).toEqual({
      group: 'host',
      rest: 'fold',
    })
    const open = { ...taken, open: 'group:stack=a' }
    expect(optionsOf(openedView(more, 'containers', other, open, 31, 'opening'), open)).toEqual(open)
    const all = openedView(more, 'containers', other, { group: '' }, 31, 'opening')
    expect(optionsOf(all, { group: '' })).toEqual({ group: '' })
    expect(openedView(more, 'containers', other, taken, 31, 'open')).toBe(more)
  })

  it('is not folded any more when few are left while it is being opened', () => {
    const taken = { group: 'stack', rest: 'fold' }
    const left = openedView(
      openedView(undefined, 'containers', sized(1006), {}, 0, 'opening'),
      'containers',
      small,
      taken,
      31,
      'opening',
    )
    expect(optionsOf(left, taken)).toEqual({})
    const settled = openedView(left, 'containers', small, {}, 6, 'opening')
    expect(optionsOf(openedView(settled, 'containers', small, taken, 6, 'open'), taken)).toEqual(taken)
  })

  it('is not folded otherwise while it stands still', () => {
    const few = openedView(undefined, 'containers', small, {}, 6, 'opening')
    expect(openedView(few, 'containers', sized(1006), {}, 60, 'paused')).toBe(few)
    expect(openedView(few, 'containers', sized(1006), {}, 1006, 'paused')).toBe(few)
    expect(openedView(few, 'containers', sized(1006), {}, 60, 'opening')).not.toBe(few)
  })

  it('is never folded otherwise when somebody has chosen', () => {
    const all = openedView(opened, 'containers', sized(1006), { group: '' }, 1006, 'open')
    expect(optionsOf(all, { group: '' })).toEqual({ group: '' })
    expect(openedView(all, 'containers', sized(2000), { group: '' }, 2000, 'open')).toBe(all)
  })

  it('takes along only a grouping that somebody has chosen', () => {
    expect(optionsElsewhere(opened, { x: '1', group: 'stack', rest: 'fold', open: 'a' })).toEqual({ x: '1' })
    expect(optionsElsewhere(opened, { group: '' })).toEqual({})
    expect(optionsElsewhere(opened, { group: 'host', open: 'group:host=a' })).toEqual({ group: 'host' })
  })
})

describe('the one click', () => {
  it('shows all of a view that is folded', () => {
    expect(foldWords(sized(31), { group: 'stack', rest: 'fold', open: 'a', x: '1' })).toEqual({
      action: 'Show all 1,006',
      options: { x: '1', group: '' },
    })
    expect(foldWords(small, { group: 'host' })?.action).toBe('Show all')
  })

  it('folds one that is not, when that makes it smaller', () => {
    expect(foldWords(sized(1006), { group: '', x: '1' })).toEqual({
      action: 'Group by stack: 31',
      options: { x: '1' },
    })
    expect(foldWords(small, {})).toBeUndefined()
  })
})
