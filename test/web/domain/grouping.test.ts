import { describe, expect, it } from 'vitest'
import type { ViewDescription } from '../../../src/api/types.ts'
import {
  closeGroup,
  groupBy,
  groupedBy,
  groupingChoices,
  isClosedGroup,
  openGroup,
  openGroupLabels,
  openGroups,
} from '../../../web/domain/grouping.ts'
import { node } from '../support/graph.ts'

const view = {
  groups: [{ value: 'host', label: 'Host', count: 3 }],
} as unknown as ViewDescription

describe('how a view is folded', () => {
  it('is chosen, and forgets what was open', () => {
    expect(groupBy('host', { stopped: 'both' })).toEqual({ stopped: 'both', group: 'host' })
    expect(groupBy('image', { group: 'host', open: 'group:host=a' })).toEqual({ group: 'image' })
    expect(groupBy(undefined, { group: 'host', open: 'group:host=a', x: '1' })).toEqual({ x: '1' })
    expect([groupedBy({}), groupedBy({ group: 'host' })]).toEqual([undefined, 'host'])
  })

  it('lists what is offered, and what is chosen though it is not', () => {
    expect(groupingChoices(view, {})).toEqual(view.groups)
    expect(groupingChoices(view, { group: 'host' })).toEqual(view.groups)
    expect(groupingChoices(view, { group: 'label:team' }).map(({ label }) => label)).toEqual([
      'Host',
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
