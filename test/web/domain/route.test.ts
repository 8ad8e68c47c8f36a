import { describe, expect, it } from 'vitest'
import { formatRoute, parseRoute, type Route } from '../../../web/domain/route.ts'

describe('route', () => {
  it.each<[string, Route]>([
    ['#/', { view: undefined, selected: undefined, search: '', options: {} }],
    ['#/containers', { view: 'containers', selected: undefined, search: '', options: {} }],
    [
      '#/containers/4f3c%3B%3Ccontainer%3E?q=redis+6%2F&stopped=both&system=all',
      {
        view: 'containers',
        selected: { kind: 'node', id: '4f3c;<container>' },
        search: 'redis 6/',
        options: { stopped: 'both', system: 'all' },
      },
    ],
    [
      '#/processes/host~1a%3B42',
      { view: 'processes', selected: { kind: 'node', id: 'host~1a;42' }, search: '', options: {} },
    ],
    [
      '#/processes/host~1a%3B42/pseudo%3A10.0.0.9?q=x',
      {
        view: 'processes',
        selected: { kind: 'edge', source: 'host~1a;42', target: 'pseudo:10.0.0.9' },
        search: 'x',
        options: {},
      },
    ],
  ])('%s reads and writes', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
    expect(formatRoute(route)).toBe(hash)
  })

  it('passes over options that no view has', () => {
    expect(parseRoute('#/containers?stopped=both&colour=red&__proto__=x').options).toEqual({
      stopped: 'both',
    })
  })

  it.each([
    ['', undefined],
    ['#', undefined],
    ['#/%E0%A4%A', undefined],
    ['#/<script>/x', undefined],
    ['#containers', 'containers'],
  ])('passes over what it cannot read: %s', (hash, view) => {
    expect(parseRoute(hash).view).toBe(view)
  })
})
