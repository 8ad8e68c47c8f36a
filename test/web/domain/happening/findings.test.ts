import { describe, expect, it } from 'vitest'
import type { Finding, FindingsDocument } from '../../../../src/api/types.ts'
import { parseRoute } from '../../../../web/domain/address/route.ts'
import { groupedBy, optionsOf } from '../../../../web/domain/grouping/grouping.ts'
import {
  findingAddress,
  noFindings,
  sinceWords,
  spoken,
  stripOf,
  toggledTrouble,
  troubles,
} from '../../../../web/domain/happening/findings.ts'

const node = (id: string) => ({ id, label: id, topology: 'container', view: 'containers' }) as const
const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  kind: 'unhealthy',
  severity: 'fail',
  text: `${id} is unhealthy`,
  since: '2026-01-01T14:02:00.000Z',
  nodes: [node(id)],
  ...more,
})
const all = (...findings: readonly Finding[]): FindingsDocument => ({ findings, total: findings.length })
const ended = { ended: '2026-01-01T14:03:00.000Z' }

describe('the address of a finding', () => {
  const route = parseRoute(
    '#/hosts/alpha?q=redis&group=host&open=x&rest=y&stopped=both&layout=force&card=hosts%2Fbeta',
  )

  it('shows its node in the view that has it, and nothing hides it', () => {
    expect(findingAddress(finding('web'), route)).toBe('#/containers/web?stopped=both&layout=force')
  })

  it('shows it although the page hides hubs, or all but what is near a node', () => {
    const narrow = parseRoute('#/containers?hubs=hide&near=1%2Fcontainers%2Fdb&show=table')
    expect(findingAddress(finding('web'), narrow)).toBe('#/containers/web?show=table')
  })

  it('shows its edge', () => {
    const edge = { id: 'e', source: 'web', target: 'db', port: 80 }
    const of = finding('web', { nodes: [node('web'), node('db')], edge })
    expect(parseRoute(findingAddress(of, route))).toMatchObject({
      view: 'containers',
      selected: { kind: 'edge', source: 'web', target: 'db' },
    })
  })

  it('shows its edge in a view that is folded by itself, too', () => {
    const edge = { id: 'e', source: 'web', target: 'db', port: 80 }
    const { options } = parseRoute(findingAddress(finding('web', { nodes: [node('web')], edge }), route))
    expect(groupedBy(optionsOf({ view: 'containers', taken: { group: 'service' } }, options))).toBeUndefined()
  })
})

it('shows the first and counts the rest, also of what the app did not tell', () => {
  const document = { findings: ['a', 'b', 'c', 'd'].map((id) => finding(id)), total: 104 }
  expect(stripOf(document, 3)).toMatchObject({ shown: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], more: 101 })
  expect(stripOf(noFindings, 3)).toEqual({ shown: [], more: 0 })
})

it('counts in the title what does not work, but neither what may not nor what is over', () => {
  const document = all(finding('a'), finding('b', ended), finding('c', { severity: 'warn' }))
  expect(troubles(document)).toBe(1)
  expect(troubles({ findings: [finding('a')], total: 1101 })).toBe(1101)
})

it('tells since when, with the date when that was not today', () => {
  const since = new Date(2026, 0, 1, 14, 2).toISOString()
  const at = (hour: number, day = 1) => new Date(2026, 0, day, hour).getTime()
  expect(sinceWords(finding('a', { since }), at(16))).toBe('since 14:02')
  expect(sinceWords(finding('a', { since }), at(1, 2))).toMatch(/^since .*2026 14:02$/)
  expect(sinceWords(finding('a', { since, ...ended }), at(16))).toBe('ended')
})

it('tells a screen reader what began and what ended, and nothing of changed numbers', () => {
  const before = all(finding('a'), finding('b'))
  expect(spoken(noFindings, before)).toBe('a is unhealthy. b is unhealthy')
  expect(spoken(before, all(finding('a', { text: 'other' }), finding('b', ended)))).toBe(
    'Ended: b is unhealthy',
  )
  expect(spoken(before, before)).toBe('')
  expect(spoken(all(finding('a', ended)), all())).toBe('')
  const many = all(...['c', 'd', 'e', 'f', 'g'].map((id) => finding(id)))
  expect(spoken(noFindings, many)).toBe('c is unhealthy. d is unhealthy. e is unhealthy. and 2 more')
})

it.each([
  ['', 'is:trouble'],
  ['web', 'is:trouble'],
  ['is:trouble', ''],
])('a filter %j becomes %j when only trouble is to be shown', (before, after) =>
  expect(toggledTrouble(before)).toBe(after),
)
